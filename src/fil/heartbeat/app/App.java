package fil.heartbeat.app;

import fil.heartbeat.alert.Validity;
import fil.heartbeat.config.Config;
import fil.heartbeat.config.FileWatch;
import fil.heartbeat.context.Futures;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon: starts the roles of a config in the order aggregator, alerts, HTTP, senders, reports
 * when each is ready, and stops all of them, also after a failed start.
 */
public final class App {
  private static final Logger log = LoggerFactory.getLogger(App.class);

  private final Vertx vertx;
  private final Consumer<String> ready;
  private final Steps steps;
  private final ProcessLocks locks;
  private final FileWatch files;
  private final KeyAndSecretWatch secrets;
  private final AggregatorRole aggregator;
  private final AlertRole alerts;
  private final HttpRole http;
  private final SenderRole senders;

  /** In the order of the start. */
  private final List<Role> roles;

  private final Promise<Void> started = Promise.promise();
  private volatile boolean begun;
  private Config config;
  private Future<?> changes = Future.succeededFuture();
  private List<String> saidToNeedRestart = List.of();
  private @Nullable Future<Void> stopped;

  /**
   * @param version of this program
   * @param ready receives the lines for standard output
   * @param steps of the start
   * @param locks of files that another process may use
   */
  public App(
      Vertx vertx,
      Config config,
      String version,
      Consumer<String> ready,
      Steps steps,
      ProcessLocks locks) {
    this.vertx = vertx;
    this.config = config;
    this.ready = ready;
    this.steps = steps;
    this.locks = locks;
    files = new FileWatch(vertx);
    secrets = new KeyAndSecretWatch(files);
    Capacity.Machine machine = Capacity.Machine.ofThisProcess();
    aggregator = new AggregatorRole(vertx, config, locks, steps, machine);
    alerts = new AlertRole(vertx, config, aggregator, steps, this::certificate);
    http =
        new HttpRole(
            vertx,
            config,
            version,
            aggregator,
            // A process without an aggregator can raise no alerts, whatever a reload changes.
            config.aggregator().map(own -> alerts),
            files,
            steps,
            machine);
    senders = new SenderRole(vertx, config, aggregator, locks, steps);
    roles = List.of(aggregator, alerts, http, senders);
  }

  /** Alerts are created before the server with the certificate. */
  private Optional<Validity> certificate() {
    return http.certificate();
  }

  /** Reads the small files of this process; closed when it stops. */
  public FileWatch files() {
    return files;
  }

  /**
   * Completes when every role is ready; fails with {@link Steps.StoppedException} when it was
   * stopped before. To be called once; after a failure {@link #stop()} stops the roles that run.
   */
  public Future<Void> start() {
    begun = true;
    Future<Void> up = Futures.call(this::measure);
    for (Role role : roles) {
      up = up.compose(before -> role.start());
    }
    up.compose(all -> steps.take("ready", this::sayReady)).onComplete(started);
    return started.future();
  }

  private Future<Void> measure() {
    aggregator.measure();
    aggregator.capacity().ifPresent(capacity -> log.info("{}", capacity));
    return Future.succeededFuture();
  }

  private Future<Void> sayReady() {
    Futures.logged(secrets.watch(config, List.of()), log, "look at keys and secrets");
    roles.forEach(role -> role.ready().forEach(ready));
    return Future.succeededFuture();
  }

  public boolean isStopping() {
    return steps.isStopping();
  }

  /** Stops everything, after the current step of a start or a reload. Idempotent. */
  public synchronized Future<Void> stop() {
    Future<Void> done = stopped;
    if (done == null) {
      steps.stop();
      locks.stop();
      files.close();
      // Without a context: those of Vert.x end before this completes.
      Promise<Void> down = Promise.promise();
      done = down.future();
      stopped = done;
      Future<?> settled = begun ? started.future() : Future.succeededFuture();
      Futures.logged(
          Future.join(settled, changes).onComplete(now -> takeDown(down)),
          log,
          "start or change before the stop");
    }
    return done;
  }

  private void takeDown(Promise<Void> down) {
    // While there are sockets for the last beats: Vert.x closes them before it undeploys.
    Future<Void> silent = Future.succeededFuture().compose(now -> senders.stop());
    Futures.logged(
        http.stop()
            .eventually(alerts::stop)
            .eventually(() -> silent)
            // While its event loops can still refuse connections.
            .eventually(aggregator::stop)
            .onComplete(
                quiet ->
                    vertx
                        .close()
                        .eventually(aggregator::close)
                        .onComplete(gone -> locks.close())
                        .onComplete(down::handle)),
        log,
        "stop of a role");
  }

  /** Applies changes that need no restart, and warns of the others. One change at a time. */
  public synchronized Future<?> reload(Config next) {
    changes =
        changes
            .transform(before -> steps.isStopping() ? Future.succeededFuture() : apply(next))
            .onFailure(failure -> log.error("config not applied cause={}", failure.getMessage()));
    return changes;
  }

  private Future<?> apply(Config next) {
    locks.begin();
    ConfigChange change = ConfigChange.between(config, next);
    warnOfRestart(change.needRestart());
    Config wanted = change.applied(config, next);
    Future<Config> applied = Future.succeededFuture(config);
    for (Role role : roles) {
      applied = applied.compose(running -> role.reload(running, wanted));
    }
    return applied.onSuccess(
        running -> {
          config = running;
          Futures.logged(secrets.watch(config, change.removed()), log, "look at keys and secrets");
          log.info(
              "config applied nodes-added={} nodes-removed={} nodes-retargeted={}",
              change.added().size(),
              change.removed().size(),
              change.retargeted().size());
        });
  }

  private void warnOfRestart(List<String> names) {
    List<String> news = names.stream().filter(name -> !saidToNeedRestart.contains(name)).toList();
    if (!news.isEmpty()) {
      log.warn("needs a restart: {}", String.join(", ", news));
    }
    saidToNeedRestart = names;
  }
}
