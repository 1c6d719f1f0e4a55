package fil.heartbeat.alert;

import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.alert.model.Actor;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertStats;
import fil.heartbeat.alert.model.ResolvedAlert;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Silence;
import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.alert.state.AlertBounds;
import fil.heartbeat.alert.state.AlertCodec;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.context.Futures;
import fil.heartbeat.context.Owned;
import fil.heartbeat.history.AlertStore;
import fil.heartbeat.text.Untrusted;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the alert loop each second, and answers queries and commands of other rooms. */
public final class AlertVerticle extends VerticleBase implements AlertView {
  private static final Logger log = LoggerFactory.getLogger(AlertVerticle.class);

  private static final long PERIOD_MILLIS = 1_000;

  /**
   * How long a stop waits for sinks; notifications still in flight are sent again after the start.
   */
  private static final Duration STOP = Duration.ofMillis(500);

  private final AlertsConfig config;
  private final AlertBounds bounds;
  private final AggregatorView view;
  private final AlertStore store;
  private final ProcessHealth process;
  private final Function<SinkConfig, Sink> sinks;
  private final InstantSource clock;
  private final boolean ticks;
  private final UnaryOperator<Duration> timeLimit;
  private @Nullable AlertLoop loop;
  private @Nullable Owned<AlertLoop> owned;
  private Runnable notAnew = () -> {};
  private boolean anew;

  /**
   * @param bounds of alerts, and of what waits for the store
   * @param store stays open when this verticle stops
   * @param sinks creates a sink; may throw, which fails the start or the change. Called on this
   *     verticle's context.
   * @param clock a monotonic one; adjustments of the aggregator's clock come with its snapshots
   */
  public AlertVerticle(
      AlertsConfig config,
      AlertBounds bounds,
      AggregatorView view,
      AlertStore store,
      ProcessHealth process,
      Function<SinkConfig, Sink> sinks,
      InstantSource clock) {
    this(config, bounds, view, store, process, sinks, clock, true, UnaryOperator.identity());
  }

  /**
   * @param ticks false when {@link #round()} is called from outside
   * @param timeLimit limits how long to wait for others
   */
  AlertVerticle(
      AlertsConfig config,
      AggregatorView view,
      AlertStore store,
      ProcessHealth process,
      Function<SinkConfig, Sink> sinks,
      InstantSource clock,
      boolean ticks,
      UnaryOperator<Duration> timeLimit) {
    this(config, AlertBounds.DEFAULT, view, store, process, sinks, clock, ticks, timeLimit);
  }

  private AlertVerticle(
      AlertsConfig config,
      AlertBounds bounds,
      AggregatorView view,
      AlertStore store,
      ProcessHealth process,
      Function<SinkConfig, Sink> sinks,
      InstantSource clock,
      boolean ticks,
      UnaryOperator<Duration> timeLimit) {
    this.config = config;
    this.bounds = bounds;
    this.view = view;
    this.store = store;
    this.process = process;
    this.sinks = sinks;
    this.clock = clock;
    this.ticks = ticks;
    this.timeLimit = timeLimit;
  }

  @Override
  public Future<?> start() {
    Context own = context;
    // Before the first query: the store may lose its content right after its answer.
    notAnew = store.whenBegunAnew(() -> own.runOnContext(again -> rewrite()));
    return store
        .entries()
        .onFailure(failure -> notAnew.run())
        .onSuccess(
            stored -> {
              AlertLoop made =
                  new AlertLoop(
                      config,
                      bounds,
                      stored,
                      view,
                      store,
                      process,
                      sinks,
                      this::within,
                      clock,
                      System::nanoTime);
              loop = made;
              owned = new Owned<>(own, made);
              if (anew) {
                made.rewrite();
              }
              if (ticks) {
                vertx.setPeriodic(PERIOD_MILLIS, timer -> tick(made));
              }
              log.info(
                  "alerting started sinks={} restored={}",
                  config.delivery().sinks().size(),
                  stored.size());
            });
  }

  private void rewrite() {
    AlertLoop running = loop;
    if (running == null) {
      anew = true;
    } else {
      running.rewrite();
    }
  }

  private static void tick(AlertLoop loop) {
    Futures.logged(loop.round(), log, "round of alerts");
  }

  @Override
  public Future<?> stop() {
    notAnew.run();
    AlertLoop running = loop;
    loop = null;
    return running == null ? Future.succeededFuture() : running.close(STOP);
  }

  /** Runs one round, as each second. */
  Future<Void> round() {
    return ask(AlertLoop::round);
  }

  /** Completes when all deliveries in flight have ended and their results are with the store. */
  Future<Void> idle() {
    return ask(running -> running.idle().compose(ended -> running.write()));
  }

  /**
   * Applies another configuration; sinks that did not change stay as they are.
   *
   * @param by who changed it, for the log
   */
  public Future<Void> apply(AlertsConfig next, String by) {
    return ask(
        running -> {
          running.apply(next);
          log.info(
              "{} action=reload sinks={} routes={} maintenance={}",
              new Actor(by, "").audit(),
              next.delivery().sinks().size(),
              next.delivery().routes().size(),
              next.maintenance().size());
          return Future.succeededFuture();
        });
  }

  @Override
  public Future<List<Alert>> alerts() {
    return ask(running -> Future.succeededFuture(running.engine().alerts()));
  }

  @Override
  public Future<List<ResolvedAlert>> resolved(
      @Nullable String peerId, @Nullable Instant before, int limit) {
    return AlertCodec.resolved(store, peerId, before, limit);
  }

  @Override
  public Future<Optional<Alert>> acknowledge(String id, Actor by, String comment) {
    return ask(
        running -> {
          Optional<Alert> found =
              running.engine().acknowledge(id, by.name(), comment, running.now());
          if (found.isEmpty()) {
            return Future.succeededFuture(found);
          }
          log.info(
              "{} action=acknowledge alert={} summary={} comment={}",
              by.audit(),
              Untrusted.quoted(id),
              Untrusted.quoted(found.get().summary()),
              Untrusted.quoted(comment));
          return running.write().map(found);
        });
  }

  @Override
  public Future<List<Silence>> silences() {
    return ask(running -> Future.succeededFuture(running.engine().silences(running.now())));
  }

  @Override
  public Future<Silence> addSilence(
      Selector select, Instant startsAt, Instant endsAt, Actor author, String comment) {
    return ask(
        running -> {
          Silence made =
              running
                  .engine()
                  .addSilence(select, startsAt, endsAt, author.name(), comment, running.now());
          log.info(
              "{} action=silence silence={} select={} starts={} ends={} comment={}",
              author.audit(),
              made.id(),
              Untrusted.quoted(made.select().labels().toString()),
              made.startsAt(),
              made.endsAt(),
              Untrusted.quoted(comment));
          return running.write().map(made);
        });
  }

  @Override
  public Future<Boolean> expireSilence(String id, Actor by) {
    return ask(
        running -> {
          boolean ended = running.engine().expireSilence(id, running.now());
          if (!ended) {
            return Future.succeededFuture(false);
          }
          log.info("{} action=unsilence silence={}", by.audit(), Untrusted.quoted(id));
          return running.write().map(true);
        });
  }

  @Override
  public Future<List<String>> degraded() {
    return ask(running -> Future.succeededFuture(running.degraded()));
  }

  @Override
  public Future<AlertStats> stats() {
    return ask(running -> Future.succeededFuture(running.stats()));
  }

  /** Runs a query on this verticle's context and completes on the caller's. */
  private <T> Future<T> ask(Function<AlertLoop, Future<T>> question) {
    Owned<AlertLoop> asked = owned;
    return asked == null
        ? notDeployed()
        : asked.ask(running -> loop == null ? notDeployed() : question.apply(running));
  }

  private static <T> Future<T> notDeployed() {
    return Future.failedFuture(new IllegalStateException("not deployed"));
  }

  private <T> Future<T> within(Future<T> future, Duration limit) {
    return Futures.within(vertx, context, future, timeLimit.apply(limit));
  }
}
