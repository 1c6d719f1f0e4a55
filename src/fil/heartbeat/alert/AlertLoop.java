package fil.heartbeat.alert;

import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.aggregator.Overview;
import fil.heartbeat.alert.model.AlertStats;
import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.alert.notify.MonitoredSink;
import fil.heartbeat.alert.notify.TimeLimit;
import fil.heartbeat.alert.state.AlertBounds;
import fil.heartbeat.alert.state.StateWriter;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.context.Futures;
import fil.heartbeat.history.AlertStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of each second: observe, write changes, send, write the results of deliveries. In this
 * order a crash at any step loses nothing: changes that were not written are observed again, and a
 * notification whose delivery was not written is sent again under the same id. Runs on one context.
 */
final class AlertLoop {
  private static final Logger log = LoggerFactory.getLogger(AlertLoop.class);

  /** The aggregator answers from memory: after this long its answer is considered lost. */
  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final AlertEngine engine;
  private final AggregatorView view;
  private final ProcessHealth process;
  private final Function<SinkConfig, Sink> sinkFactory;
  private final TimeLimit timeLimit;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final StateWriter writer;
  private final SelfCheck selfCheck = new SelfCheck();
  private final MonitoredSink canary;
  private Map<SinkConfig, MonitoredSink> sinks = new LinkedHashMap<>();
  private long version;
  private Duration stepped;
  private boolean rounding;
  private long failed;
  private @Nullable Instant failingSince;
  private double evaluationSeconds;

  /**
   * @param sinkFactory may throw when a sink cannot be created
   * @param clock a monotonic one; adjustments of the aggregator's clock come with its snapshots
   */
  AlertLoop(
      AlertsConfig config,
      AlertBounds bounds,
      List<AlertStore.Entry> stored,
      AggregatorView view,
      AlertStore store,
      ProcessHealth process,
      Function<SinkConfig, Sink> sinkFactory,
      TimeLimit timeLimit,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.view = view;
    this.process = process;
    this.sinkFactory = sinkFactory;
    this.timeLimit = timeLimit;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.stepped = process.stepped();
    this.writer = new StateWriter(store, this::now, bounds);
    canary = MonitoredSink.ofCanary(process.canarySink(), timeLimit);
    sinks = sinks(config);
    engine = new AlertEngine(config, bounds, stored, now());
  }

  AlertEngine engine() {
    return engine;
  }

  /** The time of the aggregator's clock, as of its last answer. */
  Instant now() {
    return clock.instant().plus(stepped);
  }

  /** Runs one round; does nothing while one is running. Never fails. */
  Future<Void> round() {
    if (rounding) {
      return Future.succeededFuture();
    }
    Future<Changes> changed = asked(() -> view.changesSince(version));
    rounding = true;
    return changed
        .map(this::observe)
        .compose(seen -> write())
        .map(stored -> send())
        .onComplete(ended -> rounding = false)
        .onSuccess(done -> succeeded())
        .onFailure(this::failed)
        .otherwise(false)
        .mapEmpty();
  }

  private <T> Future<T> asked(Supplier<Future<T>> question) {
    return timeLimit.within(Futures.call(question), ANSWER);
  }

  private void succeeded() {
    if (failingSince != null) {
      log.info("alert evaluation recovered");
      failingSince = null;
    }
  }

  private void failed(Throwable failure) {
    failed++;
    // Changes may have been missed: the next round starts from the full state.
    version = 0;
    if (failingSince == null || failure instanceof Error) {
      log.error("alert evaluation failed, retrying each second", failure);
    }
    failingSince = failingSince == null ? now() : failingSince;
  }

  private boolean observe(Changes changes) {
    Overview overview = changes.overview();
    moved(overview.steps().total());
    Instant now = now();
    List<String> degraded =
        selfCheck.faults(
            overview,
            writer.fault(now),
            sinks.values(),
            process.isCanaryHealthy(),
            process.certificate(),
            now);
    process.canarySeen(changes.canary());
    long begun = nanoTime.getAsLong();
    engine.observe(
        changes, degraded, process.deadPeers(), process.certificate().map(Validity::until), now);
    process.canaryRuled(changes.canary());
    version = overview.steps().holds() ? version : overview.version();
    evaluationSeconds = (nanoTime.getAsLong() - begun) / 1e9;
    return true;
  }

  private void moved(Duration total) {
    Duration by = total.minus(stepped);
    if (!by.isZero()) {
      engine.moved(by, now());
      writer.moved(by);
      selfCheck.moved(by);
      sinks.values().forEach(sink -> sink.moved(by));
      stepped = total;
    }
  }

  /**
   * Writes changes. Waits for the store only briefly, since notifying people matters more. Never
   * fails.
   */
  Future<Void> write() {
    boolean late = writer.isLate(now());
    Future<Void> stored = writer.write(engine.takeChanges(), engine.takeResolved());
    return late
        ? Future.succeededFuture()
        : timeLimit.within(stored, StateWriter.PATIENCE).otherwiseEmpty();
  }

  /** Writes everything again, after the store has lost its content. */
  void rewrite() {
    engine.saveAll();
    Futures.logged(write(), log, "write of alerts");
  }

  private boolean send() {
    for (MonitoredSink sink : all()) {
      try {
        engine.next(sink.name(), now()).ifPresent(next -> report(sink, next, sink.deliver(next)));
      } catch (RuntimeException e) {
        // A sink that throws must not delay the others.
        log.debug("sink threw sink={}", sink.name(), e);
        sink.failed(MonitoredSink.typed(e), now());
      }
    }
    return true;
  }

  private List<MonitoredSink> all() {
    List<MonitoredSink> all = new ArrayList<>(sinks.values());
    all.add(canary);
    return all;
  }

  private void report(MonitoredSink sink, Notification notification, Future<Void> attempt) {
    Futures.logged(
        attempt
            .transform(
                result -> {
                  Instant now = now();
                  if (result.succeeded()) {
                    sink.succeeded(now);
                    engine.delivered(notification, now);
                  } else {
                    DeliveryException cause = MonitoredSink.typed(result.cause());
                    sink.failed(cause, now);
                    engine.failed(notification, cause, now);
                  }
                  return write();
                })
            .onFailure(failure -> log.error("delivery result not processed", failure)),
        log,
        "write of a delivery");
  }

  /**
   * Applies another configuration. Sinks whose configuration did not change stay as they are.
   * Throws when a sink cannot be created; then nothing changes.
   */
  void apply(AlertsConfig next) {
    Map<SinkConfig, MonitoredSink> after = sinks(next);
    engine.config(next, now());
    List<MonitoredSink> gone = new ArrayList<>(sinks.values());
    gone.removeAll(after.values());
    sinks = after;
    gone.forEach(AlertLoop::close);
    Futures.logged(write(), log, "write of alerts");
  }

  private Map<SinkConfig, MonitoredSink> sinks(AlertsConfig config) {
    Map<SinkConfig, MonitoredSink> after = new LinkedHashMap<>();
    List<MonitoredSink> made = new ArrayList<>();
    try {
      for (SinkConfig each : config.delivery().sinks()) {
        MonitoredSink sink = sinks.get(each);
        if (sink == null) {
          sink = new MonitoredSink(each, sinkFactory.apply(each), timeLimit);
          made.add(sink);
        }
        after.put(each, sink);
      }
    } catch (RuntimeException e) {
      made.forEach(AlertLoop::close);
      throw e;
    }
    return after;
  }

  private static void close(MonitoredSink sink) {
    Futures.logged(sink.close(), log, "close of a sink");
  }

  /** Why this process is degraded as the rules see it, including that they are not evaluated. */
  List<String> degraded() {
    List<String> all = new ArrayList<>(engine.degraded());
    if (failingSince != null) {
      all.add(
          "rules have not been evaluated since " + failingSince.truncatedTo(ChronoUnit.SECONDS));
    }
    return all;
  }

  AlertStats stats() {
    Map<String, Long> dropped = new TreeMap<>(engine.dropped());
    writer.dropped().forEach((reason, count) -> dropped.merge(reason, count, Long::sum));
    return new AlertStats(
        dropped,
        evaluationSeconds,
        failed,
        failingSince,
        sinks.values().stream().map(sink -> sink.stats(engine.waiting(sink.name()))).toList(),
        process.canary().orElse(null));
  }

  /** Completes when all deliveries in flight have ended. Never fails. */
  Future<Void> idle() {
    return Future.join(all().stream().map(MonitoredSink::idle).toList())
        .otherwiseEmpty()
        .mapEmpty();
  }

  /**
   * Waits up to {@code limit} for deliveries in flight, writes what is left and closes the sinks.
   */
  Future<Void> close(Duration limit) {
    return timeLimit
        .within(idle(), limit)
        .transform(ended -> write())
        .compose(
            stored ->
                timeLimit.within(
                    Future.join(sinks.values().stream().map(MonitoredSink::close).toList()), limit))
        .otherwiseEmpty()
        .mapEmpty();
  }
}
