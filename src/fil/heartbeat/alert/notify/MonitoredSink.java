package fil.heartbeat.alert.notify;

import fil.heartbeat.alert.model.AlertStats;
import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.context.Futures;
import fil.heartbeat.fleet.Moved;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A sink with the results of its deliveries. One context. */
public final class MonitoredSink {
  private static final Logger log = LoggerFactory.getLogger(MonitoredSink.class);

  /** Time beyond the sink's own timeout, after which a hanging sink is a bug of this program. */
  public static final Duration GRACE = Duration.ofSeconds(5);

  /** The canary's sink answers from memory. */
  private static final Duration CANARY_TIMEOUT = Duration.ofSeconds(1);

  private final String name;
  private final String type;
  private final Duration timeout;
  private final Sink sink;
  private final TimeLimit timeLimit;
  private final Map<DeliveryException.Kind, Long> failed =
      new EnumMap<>(DeliveryException.Kind.class);
  private long delivered;
  private @Nullable String lastError;
  private @Nullable Instant lastDelivery;
  private @Nullable Instant failingSince;
  private Future<Void> underWay = Future.succeededFuture();

  public MonitoredSink(SinkConfig config, Sink sink, TimeLimit timeLimit) {
    this(config.name(), config.type().label(), config.timeout(), sink, timeLimit);
  }

  private MonitoredSink(
      String name, String type, Duration timeout, Sink sink, TimeLimit timeLimit) {
    this.name = name;
    this.type = type;
    this.timeout = timeout;
    this.sink = sink;
    this.timeLimit = timeLimit;
  }

  /** The canary's sink, which is not in the configuration. */
  public static MonitoredSink ofCanary(Sink sink, TimeLimit timeLimit) {
    return new MonitoredSink(Dispatcher.CANARY_SINK, "canary", CANARY_TIMEOUT, sink, timeLimit);
  }

  public String name() {
    return name;
  }

  /** Fails only with {@link DeliveryException}. */
  public Future<Void> deliver(Notification notification) {
    Future<Void> attempt = Futures.call(() -> sink.deliver(notification));
    underWay =
        timeLimit
            .within(attempt, timeout.plus(GRACE))
            .recover(cause -> Future.failedFuture(typed(cause)));
    return underWay;
  }

  public static DeliveryException typed(Throwable cause) {
    if (cause instanceof DeliveryException known) {
      return known;
    }
    // The message of any other exception may contain the URL, which may be a secret.
    return cause instanceof TimeoutException
        ? new DeliveryException(DeliveryException.Kind.TIMEOUT, "no answer in time", null)
        : new DeliveryException(
            DeliveryException.Kind.FAILED, cause.getClass().getSimpleName() + " in the sink", null);
  }

  public void succeeded(Instant now) {
    if (failingSince != null) {
      log.info("sink recovered sink={}", name);
    }
    delivered++;
    lastDelivery = now;
    lastError = null;
    failingSince = null;
  }

  public void failed(DeliveryException cause, Instant now) {
    if (failingSince == null) {
      log.warn(
          "notification failed, will retry sink={} kind={} cause={}",
          name,
          word(cause.kind()),
          cause.getMessage());
      failingSince = now;
    }
    long unused = failed.merge(cause.kind(), 1L, Long::sum);
    lastError = cause.getMessage();
  }

  /** Adjusts stored times after the clock was set. */
  public void moved(Duration by) {
    lastDelivery = Moved.movedOrNull(lastDelivery, by);
    failingSince = Moved.movedOrNull(failingSince, by);
  }

  /** The last error when nothing was delivered for so long; empty otherwise. */
  public Optional<String> failingFor(Duration time, Instant now) {
    return failingSince != null && !now.isBefore(failingSince.plus(time))
        ? Optional.of(name + ": " + lastError)
        : Optional.empty();
  }

  public AlertStats.SinkStats stats(int waiting) {
    Map<String, Long> byWord = new TreeMap<>();
    failed.forEach((kind, count) -> byWord.put(word(kind), count));
    return new AlertStats.SinkStats(
        name, type, delivered, byWord, waiting, lastError, lastDelivery);
  }

  private static String word(DeliveryException.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** Completes when the delivery in flight has ended, with or without success. Never fails. */
  public Future<Void> idle() {
    return underWay.otherwiseEmpty();
  }

  /** Closes the sink when the delivery in flight has ended. */
  public Future<Void> close() {
    return idle()
        .compose(ended -> sink.close())
        .onFailure(
            failure ->
                log.warn(
                    "sink not closed cleanly sink={} cause={}",
                    name,
                    failure.getClass().getSimpleName()))
        .otherwiseEmpty();
  }
}
