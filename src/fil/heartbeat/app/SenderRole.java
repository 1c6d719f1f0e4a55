package fil.heartbeat.app;

import fil.heartbeat.config.Config;
import fil.heartbeat.config.NodeConfig;
import fil.heartbeat.config.NodeLabel;
import fil.heartbeat.sender.Senders;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The nodes that this process sends beats for, each by its key file. */
final class SenderRole implements Role {
  private static final Logger log = LoggerFactory.getLogger(SenderRole.class);

  private final Vertx vertx;
  private final Config config;
  private final AggregatorRole aggregator;
  private final ProcessLocks locks;
  private final Steps steps;
  private final Map<Path, NodeSenders> nodes = new LinkedHashMap<>();

  /**
   * @param aggregator the address for {@code beatTarget: "local"}
   */
  SenderRole(
      Vertx vertx, Config config, AggregatorRole aggregator, ProcessLocks locks, Steps steps) {
    this.vertx = vertx;
    this.config = config;
    this.aggregator = aggregator;
    this.locks = locks;
    this.steps = steps;
  }

  @Override
  public Future<Void> start() {
    Senders.of(vertx).limit(config.senders().maxTargets());
    config.advice().forEach(line -> log.warn("endpoint understood, but: {}", line));
    Future<Void> done = Future.succeededFuture();
    for (NodeConfig each : config.senders().sending()) {
      done = done.compose(before -> steps.take("sender", () -> add(config, each)));
    }
    return done;
  }

  @Override
  public List<String> ready() {
    return nodes.values().stream().map(node -> "ready: sender " + node.label()).toList();
  }

  @Override
  public Future<Config> reload(Config running, Config wanted) {
    ConfigChange change = ConfigChange.between(running, wanted);
    Future<Void> done = Future.succeededFuture();
    for (NodeConfig gone : change.removed()) {
      done = done.compose(before -> settled(gone, remove(gone)));
    }
    for (ConfigChange.Retarget retarget : change.retargeted()) {
      done = done.compose(before -> retarget(retarget.to()));
    }
    for (NodeConfig added : change.added()) {
      done =
          done.compose(
              before ->
                  settled(
                      added,
                      add(wanted, added)
                          .recover(
                              failure ->
                                  remove(added)
                                      .transform(removed -> Future.failedFuture(failure)))));
    }
    return done.map(
        all -> {
          // Without nodes that failed to start, so that the next change tries them again.
          List<NodeConfig> up = nodes.values().stream().map(NodeSenders::running).toList();
          return running.withSenders(wanted.senders().withNodes(up));
        });
  }

  private Future<Void> retarget(NodeConfig next) {
    NodeSenders node = nodes.get(next.keyFile());
    return node == null
        ? Future.succeededFuture()
        : node.retarget(next)
            .compose(
                after ->
                    node.running().targets().isEmpty()
                        ? settled(next, remove(next))
                        : Future.succeededFuture());
  }

  private Future<Void> add(Config whole, NodeConfig each) {
    NodeSenders node = new NodeSenders(vertx, whole, each, aggregator.dialable(), locks);
    nodes.put(each.keyFile(), node);
    return node.start();
  }

  private Future<Void> remove(NodeConfig gone) {
    NodeSenders node = nodes.remove(gone.keyFile());
    return node == null ? Future.succeededFuture() : node.stop();
  }

  /** A node with a fault does not stop the others. */
  private static Future<Void> settled(NodeConfig node, Future<Void> step) {
    return step.recover(
        failure -> {
          if (!(failure instanceof Steps.StoppedException)) {
            log.error(
                "node not applied, will retry with the next change node={} cause={}",
                NodeLabel.of(node.nickname(), String.valueOf(node.keyFile())),
                failure.getMessage());
          }
          return Future.succeededFuture();
        });
  }

  @Override
  public Future<Void> stop() {
    return Future.join(nodes.values().stream().map(NodeSenders::stop).toList()).mapEmpty();
  }
}
