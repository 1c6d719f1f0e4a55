package fil.heartbeat.app;

import fil.heartbeat.aggregator.AggregatorVerticle;
import fil.heartbeat.aggregator.Clocks;
import fil.heartbeat.alert.AlertVerticle;
import fil.heartbeat.alert.AlertView;
import fil.heartbeat.alert.ProcessHealth;
import fil.heartbeat.alert.Validity;
import fil.heartbeat.alert.canary.CanarySink;
import fil.heartbeat.alert.canary.CanaryVerticle;
import fil.heartbeat.alert.canary.DeadmanVerticle;
import fil.heartbeat.alert.canary.PeerWatchVerticle;
import fil.heartbeat.alert.model.Actor;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertStats;
import fil.heartbeat.alert.model.AlertStats.CanaryStats;
import fil.heartbeat.alert.model.ResolvedAlert;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Silence;
import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.alert.sink.Sinks;
import fil.heartbeat.alert.state.AlertBounds;
import fil.heartbeat.alert.state.AlertCodec;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.Config;
import fil.heartbeat.history.AlertStore;
import fil.heartbeat.libp2p.Multiaddr;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The alerts of this process. It is switched on and off with its section at run time; while off,
 * its view has only resolved alerts.
 */
final class AlertRole implements Role, AlertView {
  private static final Logger log = LoggerFactory.getLogger(AlertRole.class);

  private final Vertx vertx;
  private final Config config;
  private final AggregatorRole aggregator;
  private final Steps steps;
  private final Supplier<Optional<Validity>> certificate;
  private volatile @Nullable Parts on;

  /**
   * @param certificate validity of the HTTP server's certificate; empty without one
   */
  AlertRole(
      Vertx vertx,
      Config config,
      AggregatorRole aggregator,
      Steps steps,
      Supplier<Optional<Validity>> certificate) {
    this.vertx = vertx;
    this.config = config;
    this.aggregator = aggregator;
    this.steps = steps;
    this.certificate = certificate;
  }

  @Override
  public Future<Void> start() {
    return steps.take("alerts", () -> apply(config));
  }

  @Override
  public List<String> ready() {
    return List.of();
  }

  @Override
  public Future<Config> reload(Config running, Config wanted) {
    if (running.alerts().equals(wanted.alerts())) {
      return Future.succeededFuture(running);
    }
    return apply(wanted)
        .map(applied -> running.withAlerts(wanted.alerts()))
        .otherwise(
            failure -> {
              log.error(
                  "alerts not applied, will retry with the next change cause={}",
                  failure.getMessage());
              return running;
            });
  }

  /** After a failure it continues as before, or off if it was off. */
  private Future<Void> apply(Config whole) {
    Optional<AlertsConfig> next = whole.alerts();
    Optional<AggregatorVerticle> watched = aggregator.verticle();
    Parts running = on;
    if (next.isEmpty() || watched.isEmpty()) {
      return stop();
    }
    if (running != null) {
      return running.apply(next.get());
    }
    Parts made =
        new Parts(
            vertx,
            whole,
            next.get(),
            aggregator.capacity().map(Capacity::ofAlerts).orElse(AlertBounds.DEFAULT),
            watched.get(),
            aggregator.dialable().orElseThrow(),
            aggregator.store(),
            System.getenv(),
            certificate);
    return made.start()
        .onSuccess(up -> on = made)
        .recover(failure -> made.stop().compose(down -> Future.failedFuture(failure)));
  }

  /** Never fails. */
  @Override
  public Future<Void> stop() {
    Parts running = on;
    on = null;
    return running == null
        ? Future.succeededFuture()
        : running.stop().onSuccess(down -> log.info("alerting stopped"));
  }

  private Optional<AlertView> view() {
    return Optional.ofNullable(on).map(Parts::view);
  }

  @Override
  public boolean isOn() {
    return on != null;
  }

  @Override
  public Future<List<Alert>> alerts() {
    return view().map(AlertView::alerts).orElse(Future.succeededFuture(List.of()));
  }

  @Override
  public Future<List<ResolvedAlert>> resolved(
      @Nullable String peerId, @Nullable Instant before, int limit) {
    return AlertCodec.resolved(aggregator.store(), peerId, before, limit);
  }

  @Override
  public Future<Optional<Alert>> acknowledge(String id, Actor by, String comment) {
    return view()
        .map(view -> view.acknowledge(id, by, comment))
        .orElse(Future.succeededFuture(Optional.empty()));
  }

  @Override
  public Future<List<Silence>> silences() {
    return view().map(AlertView::silences).orElse(Future.succeededFuture(List.of()));
  }

  @Override
  public Future<Silence> addSilence(
      Selector select, Instant startsAt, Instant endsAt, Actor author, String comment) {
    return view()
        .map(view -> view.addSilence(select, startsAt, endsAt, author, comment))
        .orElse(Future.failedFuture(new IllegalStateException("no alerts are raised")));
  }

  @Override
  public Future<Boolean> expireSilence(String id, Actor by) {
    return view().map(view -> view.expireSilence(id, by)).orElse(Future.succeededFuture(false));
  }

  @Override
  public Future<List<String>> degraded() {
    return view().map(AlertView::degraded).orElse(Future.succeededFuture(List.of()));
  }

  @Override
  public Future<AlertStats> stats() {
    return view()
        .map(AlertView::stats)
        .orElse(Future.succeededFuture(new AlertStats(Map.of(), 0, List.of(), null)));
  }

  /**
   * The parts that run while alerts are on: the verticle that raises them, the canary, the dead
   * man's switch and the watch of other aggregators.
   */
  private static final class Parts implements ProcessHealth {
    private final Vertx vertx;
    private final Clocks clock;
    private final Supplier<Optional<Validity>> certificate;
    private final AlertVerticle alerts;
    private final CanaryVerticle canary;
    private final DeadmanVerticle deadman;
    private final PeerWatchVerticle peers;
    private final Deque<String> deployed = new ArrayDeque<>();

    /**
     * @param target the aggregator's address to dial
     * @param environment may hold secrets
     * @param certificate validity of the HTTP server's certificate; empty without one
     */
    Parts(
        Vertx vertx,
        Config config,
        AlertsConfig own,
        AlertBounds bounds,
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
              bounds,
              aggregator,
              store,
              this,
              sink ->
                  Sinks.hiding(
                      config.http().map(http -> http.auth().hidden()).orElse(Set.of()),
                      Sinks.create(
                          vertx,
                          sink,
                          environment,
                          config.http().flatMap(http -> http.naming().externalUrl()))),
              aggregator.clock().steady());
      canary =
          new CanaryVerticle(
              identity ->
                  config.libp2p().provider().create(vertx, identity, config.libp2p().host()),
              target,
              aggregator::canary);
      deadman =
          new DeadmanVerticle(
              own.watching().deadman(), canary::isHealthy, environment, config.client().caFile());
      peers = new PeerWatchVerticle(own.watching().peers(), config.client().caFile());
    }

    AlertVerticle view() {
      return alerts;
    }

    /** Completes when all parts run; after a failure {@link #stop} stops those that do. */
    Future<Void> start() {
      return deploy(peers)
          .compose(up -> deploy(alerts))
          .compose(up -> deploy(canary))
          .compose(up -> deploy(deadman));
    }

    private Future<Void> deploy(VerticleBase part) {
      return vertx.deployVerticle(part).onSuccess(deployed::push).mapEmpty();
    }

    /** Stops all parts, the last one first. Never fails. */
    Future<Void> stop() {
      Future<Void> done = Future.succeededFuture();
      while (!deployed.isEmpty()) {
        String id = deployed.pop();
        done = done.transform(before -> vertx.undeploy(id));
      }
      return done.otherwiseEmpty();
    }

    /** Applies another configuration. Nothing changes if it fails. */
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
}
