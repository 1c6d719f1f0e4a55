package fil.heartbeat.app;

import fil.heartbeat.aggregator.AggregatorVerticle;
import fil.heartbeat.aggregator.Clocks;
import fil.heartbeat.alert.AlertVerticle;
import fil.heartbeat.alert.ProcessHealth;
import fil.heartbeat.alert.Validity;
import fil.heartbeat.alert.canary.CanarySink;
import fil.heartbeat.alert.canary.CanaryVerticle;
import fil.heartbeat.alert.canary.DeadmanVerticle;
import fil.heartbeat.alert.canary.PeerWatchVerticle;
import fil.heartbeat.alert.model.AlertStats.CanaryStats;
import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.alert.sink.Sinks;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.Config;
import fil.heartbeat.history.AlertStore;
import fil.heartbeat.libp2p.Multiaddr;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The alert role of this process: the verticle that raises alerts, and beside it the canary, the
 * ping outwards and the look at other aggregators.
 */
final class AlertRole implements ProcessHealth {
  private final Vertx vertx;
  private final Clocks clock;
  private final Supplier<Optional<Validity>> certificate;
  private final AlertVerticle alerts;
  private final CanaryVerticle canary;
  private final DeadmanVerticle deadman;
  private final PeerWatchVerticle peers;
  private final Deque<String> deployed = new ArrayDeque<>();

  /**
   * @param target where the aggregator can be dialled
   * @param environment where secrets may be
   * @param certificate when that of the HTTP server is valid; empty without one
   */
  AlertRole(
      Vertx vertx,
      Config config,
      AlertsConfig own,
      AggregatorVerticle aggregator,
      Multiaddr target,
      AlertStore store,
      Map<String, String> environment,
      Supplier<Optional<Validity>> certificate) {
    this.vertx = vertx;
    this.certificate = certificate;
    this.clock = aggregator.clock();
    alerts =
        new AlertVerticle(
            own,
            aggregator,
            store,
            this,
            sink ->
                Sinks.create(
                    vertx,
                    sink,
                    environment,
                    config.http().flatMap(http -> http.naming().externalUrl())),
            aggregator.clock().steady());
    canary =
        new CanaryVerticle(
            identity -> config.libp2p().provider().create(vertx, identity, config.libp2p().host()),
            target,
            aggregator::canary);
    deadman = new DeadmanVerticle(own.watching().deadman(), canary::isHealthy, environment);
    peers = new PeerWatchVerticle(own.watching().peers());
  }

  AlertVerticle view() {
    return alerts;
  }

  /** Done when all of it is up; after a failure {@link #stop} takes down what is. */
  Future<Void> start() {
    return deploy(peers)
        .compose(up -> deploy(alerts))
        .compose(up -> deploy(canary))
        .compose(up -> deploy(deadman));
  }

  private Future<Void> deploy(VerticleBase part) {
    return vertx.deployVerticle(part).onSuccess(deployed::push).mapEmpty();
  }

  /** Takes down what is up, the last first. Never fails. */
  Future<Void> stop() {
    Future<Void> done = Future.succeededFuture();
    while (!deployed.isEmpty()) {
      String id = deployed.pop();
      done = done.transform(before -> vertx.undeploy(id));
    }
    return done.otherwiseEmpty();
  }

  /** Goes on with another configuration. When it fails nothing changed. */
  Future<Void> apply(AlertsConfig next) {
    return alerts
        .apply(next, "config")
        .onSuccess(
            applied -> {
              peers.peers(next.watching().peers());
              deadman.config(next.watching().deadman());
            });
  }

  @Override
  public Duration stepped() {
    return clock.stepped();
  }

  @Override
  public List<String> deadPeers() {
    return peers.dead();
  }

  @Override
  public boolean isCanaryHealthy() {
    return canary.isHealthy();
  }

  @Override
  public Optional<Validity> certificate() {
    return certificate.get();
  }

  @Override
  public Optional<CanaryStats> canary() {
    var report = canary.report();
    return Optional.ofNullable(report.last())
        .map(
            last ->
                new CanaryStats(
                    report.healthy(),
                    last.endedAt(),
                    last.visibleSeconds(),
                    last.ruleSeconds(),
                    last.deliveredSeconds()));
  }

  @Override
  public void canarySeen(long number) {
    canary.seen(number);
  }

  @Override
  public void canaryRuled(long number) {
    canary.ruled(number);
  }

  @Override
  public Sink canarySink() {
    return new CanarySink(canary::delivered);
  }
}
