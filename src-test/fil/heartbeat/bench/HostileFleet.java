package fil.heartbeat.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.source.SimulatedChain;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.sender.HeartbeatStream;
import fil.heartbeat.sender.HeartbeatTransport;
import fil.heartbeat.sender.HeartbeatVerticle;
import fil.heartbeat.sender.Libp2pTransport;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * The honest fleet of {@link HostileBench}: senders of ours, each of which beats to all targets, on
 * the simulated chain. Its troubles come at times that are known, and are the same for all targets.
 */
final class HostileFleet implements AutoCloseable {
  static final int NODES = 12;

  /** Says another nickname with each beat, so that it can be seen when one was judged. */
  static final int PROBE = 11;

  static final String PROBE_NAME = "probe-";
  private static final int FORKED = 0;
  private static final int LAGGING = 1;
  private static final int SILENT = 2;
  private static final int AWAY = 3;
  private static final String BEAT_PERIOD = "1s";
  private static final int LAG_EPOCHS = 8;
  private static final Duration LAG =
      Duration.ofSeconds((long) LAG_EPOCHS * Network.SIMULATED.epochSeconds());

  private final Vertx vertx = Vertx.vertx();
  private final SimulatedChain main = new SimulatedChain(1, "");
  private final SimulatedChain fork = new SimulatedChain(1, "hostile-fork");
  private final List<Identity> identities = new ArrayList<>();
  private final List<Host> hosts = new ArrayList<>();
  private final Map<String, String> deployed = new HashMap<>();
  private volatile boolean forked;
  private volatile boolean lagging;
  private volatile boolean silent;
  private boolean away;

  HostileFleet() {
    for (int i = 0; i < NODES; i++) {
      Identity identity = Identity.generate(KeyType.ED25519);
      identities.add(identity);
      hosts.add(Hosts.create(vertx, identity, HostConfig.DEFAULT));
      int node = i;
      vertx
          .eventBus()
          .<Object>localConsumer("head." + i)
          .handler(request -> request.reply(head(node)));
      vertx
          .eventBus()
          .<Object>localConsumer("miner." + i)
          .handler(request -> request.reply(new JsonObject().put("address", miner(node))));
    }
  }

  static String name(int node) {
    return "node-" + (node + 1);
  }

  static String miner(int node) {
    return "f0" + (1001 + node);
  }

  String peerId(int node) {
    return identities.get(node).peerId().toString();
  }

  /** As {@code aggregator.expected} is written. */
  JsonObject expected() {
    JsonObject all = new JsonObject();
    for (int i = 0; i < NODES; i++) {
      all.put(peerId(i), name(i));
    }
    return all;
  }

  private JsonObject head(int node) {
    Instant now = Instant.now();
    SimulatedChain.Head seen =
        node == FORKED && forked
            ? fork.headAt(now)
            : main.headAt(node == LAGGING && lagging ? now.minus(LAG) : now);
    return new JsonObject()
        .put("cids", new JsonArray(seen.key().cids().stream().map(Object::toString).toList()))
        .put("height", seen.height())
        .put("genesis", Network.SIMULATED.genesisCid().toString())
        .put("syncing", false);
  }

  /**
   * Begins to beat.
   *
   * @param onProbe told the number of each beat of the probe to a target, right before it is
   *     written
   */
  void start(List<String> targets, BiConsumer<String, Integer> onProbe) {
    for (int i = 0; i < NODES; i++) {
      for (String target : targets) {
        deploy(i, target, onProbe);
      }
    }
  }

  private void deploy(int node, String target, BiConsumer<String, Integer> onProbe) {
    Libp2pTransport real = new Libp2pTransport(hosts.get(node), Duration.ofSeconds(1));
    JsonObject config =
        new JsonObject()
            .put("beatTarget", target)
            .put("beatPeriod", BEAT_PERIOD)
            .put("reconnectPeriod", "2s")
            .put("nickname", node == PROBE ? PROBE_NAME : name(node))
            .put("headBusAddress", "head." + node)
            .put("minerBusAddress", "miner." + node);
    HeartbeatVerticle verticle =
        new HeartbeatVerticle(new Rehearsed(node, target, real, onProbe, new AtomicInteger()));
    String id = await(vertx.deployVerticle(verticle, new DeploymentOptions().setConfig(config)));
    deployed.put(node + target, id);
  }

  /**
   * The fleet's life after so much of the run, 0 to 1.
   *
   * @param onProbe as of {@link #start}
   */
  void live(double share, List<String> targets, BiConsumer<String, Integer> onProbe) {
    forked = share >= 0.1 && share < 0.55;
    lagging = share >= 0.1 && share < 0.6;
    silent = share >= 0.2 && share < 0.65;
    boolean gone = share >= 0.3 && share < 0.6;
    if (gone != away) {
      away = gone;
      for (String target : targets) {
        if (gone) {
          await(vertx.undeploy(deployed.remove(AWAY + target)));
        } else {
          deploy(AWAY, target, onProbe);
        }
      }
    }
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    List.copyOf(deployed.values()).forEach(id -> await(vertx.undeploy(id)));
    hosts.forEach(host -> Hosts.await(host.close()));
    await(vertx.close());
  }

  /** The transport of ours, but for what a node of this fleet is to do wrong. */
  private final class Rehearsed implements HeartbeatTransport {
    private final int node;
    private final String target;
    private final HeartbeatTransport real;
    private final BiConsumer<String, Integer> onProbe;
    private final AtomicInteger beats;

    private Rehearsed(
        int node,
        String target,
        HeartbeatTransport real,
        BiConsumer<String, Integer> onProbe,
        AtomicInteger beats) {
      this.node = node;
      this.target = target;
      this.real = real;
      this.onProbe = onProbe;
      this.beats = beats;
    }

    @Override
    public Optional<String> localPeerId() {
      return real.localPeerId();
    }

    @Override
    public HeartbeatStream open(String multiaddr, Duration timeout) {
      HeartbeatStream stream = real.open(multiaddr, timeout);
      return new HeartbeatStream() {
        @Override
        public void write(byte[] frame, Duration within) {
          if (node == SILENT && silent) {
            return;
          }
          stream.write(node == PROBE ? probe(frame) : frame, within);
        }

        @Override
        public CompletionStage<Void> closed() {
          return stream.closed();
        }

        @Override
        public void closeConnection() {
          stream.closeConnection();
        }
      };
    }

    private byte[] probe(byte[] frame) {
      int number = beats.incrementAndGet();
      onProbe.accept(target, number);
      return new String(frame, UTF_8)
          .replace('"' + PROBE_NAME + '"', '"' + PROBE_NAME + number + '"')
          .getBytes(UTF_8);
    }
  }
}
