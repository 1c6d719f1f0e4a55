package fil.heartbeat.app;

import fil.heartbeat.chain.source.ChainHeadVerticle;
import fil.heartbeat.chain.source.MemberSettings;
import fil.heartbeat.chain.source.MinerAddressVerticle;
import fil.heartbeat.config.ChainConfig;
import fil.heartbeat.config.Config;
import fil.heartbeat.config.ConfigException;
import fil.heartbeat.config.NodeConfig;
import fil.heartbeat.config.NodeLabel;
import fil.heartbeat.config.SenderConfig;
import fil.heartbeat.config.TargetConfig;
import fil.heartbeat.libp2p.KeyFile;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.sender.HeartbeatVerticle;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The verticles of one node: its sources, and one sender per target. */
final class NodeSenders {
  private static final Logger log = LoggerFactory.getLogger(NodeSenders.class);

  private final Vertx vertx;
  private final Config config;
  private final NodeConfig node;
  private final Optional<Multiaddr> local;
  private final List<String> sources = new ArrayList<>();
  private final Map<TargetConfig, String> senders = new LinkedHashMap<>();
  private final ProcessLocks locks;
  private String peerId = "";

  /**
   * @param local the address for {@code beatTarget: "local"}
   * @param locks holds the lock of the key while this runs
   */
  NodeSenders(
      Vertx vertx, Config config, NodeConfig node, Optional<Multiaddr> local, ProcessLocks locks) {
    this.locks = locks;
    this.vertx = vertx;
    this.config = config;
    this.node = node;
    this.local = local;
  }

  /** Peer id and nickname, as in the ready line. */
  String label() {
    return node.nickname().isEmpty() ? peerId : peerId + " " + node.nickname();
  }

  /** As in log lines. */
  private String logLabel() {
    return NodeLabel.of(node.nickname(), peerId);
  }

  Future<Void> start() {
    String suffix = config.senders().multiNode() ? "." + node.nickname() : "";
    return vertx
        .executeBlocking(
            () -> {
              locks.takeKey(node.keyFile());
              return KeyFile.loadOrCreate(node.keyFile(), KeyType.ED25519);
            })
        .compose(
            key -> {
              PeerId self = key.identity().peerId();
              if (local.flatMap(Multiaddr::peerId).equals(Optional.of(self))) {
                throw ConfigException.of(
                    "keyFile",
                    node.keyFile().toString(),
                    "a key other than the aggregator's, " + self);
              }
              peerId = self.toString();
              key.report(log, " node=" + logLabel());
              if (node.chain().source() == ChainConfig.Source.SIMULATED) {
                log.warn("SIMULATED chain: the heads are made up node={}", logLabel());
              }
              return deploySource(
                  new ChainHeadVerticle(
                      node.chain(),
                      SenderConfig.HEAD_ADDRESS + suffix,
                      logLabel(),
                      new MemberSettings(
                          node.tell(),
                          node.miner().wallets(),
                          SenderConfig.MINER_ADDRESS + suffix)));
            })
        .compose(
            up ->
                deploySource(
                    new MinerAddressVerticle(
                        node.miner(), SenderConfig.MINER_ADDRESS + suffix, logLabel())))
        .compose(up -> addAll());
  }

  /** The node with the targets that it beats to now. */
  NodeConfig running() {
    return new NodeConfig(
        node.nickname(),
        node.keyFile(),
        node.extras(),
        node.tell(),
        node.chain(),
        node.miner(),
        List.copyOf(senders.keySet()));
  }

  /**
   * Stops removed targets and starts added ones; the others continue, also when one of these fails.
   * Never fails.
   */
  Future<Void> retarget(NodeConfig next) {
    Future<Void> done = Future.succeededFuture();
    for (TargetConfig target : List.copyOf(senders.keySet())) {
      if (!next.targets().contains(target)) {
        String id = senders.remove(target);
        done = done.compose(before -> settled(target, vertx.undeploy(id)));
      }
    }
    for (TargetConfig target : next.targets()) {
      if (!senders.containsKey(target)) {
        done = done.compose(before -> settled(target, add(target)));
      }
    }
    return done;
  }

  private Future<Void> settled(TargetConfig target, Future<Void> step) {
    return step.recover(
        failure -> {
          log.error(
              "target not applied, will retry with the next change node={} target={} cause={}",
              logLabel(),
              target.beatTarget(),
              failure.getMessage());
          return Future.succeededFuture();
        });
  }

  /** All targets at once, as the last beat to each may take a while. */
  Future<Void> stop() {
    List<String> leaving = List.copyOf(senders.values());
    List<String> behind = List.copyOf(sources);
    senders.clear();
    sources.clear();
    return undeploy(leaving)
        .eventually(() -> undeploy(behind))
        .onComplete(gone -> locks.releaseKey(node.keyFile()));
  }

  private Future<Void> undeploy(List<String> ids) {
    return Future.join(ids.stream().map(vertx::undeploy).toList()).mapEmpty();
  }

  private Future<Void> deploySource(Deployable source) {
    return vertx.deployVerticle(source).map(sources::add).mapEmpty();
  }

  private Future<Void> addAll() {
    Future<Void> done = Future.succeededFuture();
    for (TargetConfig target : node.targets()) {
      done = done.compose(before -> add(target));
    }
    return done;
  }

  private Future<Void> add(TargetConfig target) {
    if (target.isLocal() && local.isEmpty()) {
      return Future.failedFuture(
          ConfigException.of(
              "beatTarget", target.beatTarget(), "an aggregator that runs; it needs a restart"));
    }
    return vertx
        .deployVerticle(
            new HeartbeatVerticle(config.libp2p().implementation(), config.libp2p().host()),
            new DeploymentOptions().setConfig(deployment(target)))
        .map(id -> senders.put(target, id))
        .mapEmpty();
  }

  private JsonObject deployment(TargetConfig target) {
    String suffix = config.senders().multiNode() ? "." + node.nickname() : "";
    String address =
        target.isLocal() ? local.map(Multiaddr::toString).orElseThrow() : target.beatTarget();
    return new SenderConfig(
            address,
            target.beatPeriod(),
            target.reconnectPeriod(),
            node.nickname(),
            node.keyFile(),
            SenderConfig.HEAD_ADDRESS + suffix,
            SenderConfig.MINER_ADDRESS + suffix,
            node.extras(),
            node.tell(),
            node.chain().headMaxAge(),
            false)
        .toJson();
  }
}
