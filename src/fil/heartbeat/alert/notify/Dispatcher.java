package fil.heartbeat.alert.notify;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.state.AlertRecord;
import fil.heartbeat.alert.state.AlertTable;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.SinkConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Decides which sink gets what: routes, one queue for each sink, and the results of deliveries. */
public final class Dispatcher {
  /** The only sink of the canary's alerts; no configured sink can have this name. */
  public static final String CANARY_SINK = "(canary)";

  /** The canary paces itself: one beat at a time. */
  private static final int CANARY_PER_MINUTE = 600;

  private final AlertTable table;
  private final Map<String, NotificationQueue> queues = new LinkedHashMap<>();
  private final Map<String, DeliveryThrottle> throttles = new HashMap<>();

  /** Sink to the notification in flight to it. */
  private final Map<String, String> underWay = new HashMap<>();

  private AlertsConfig config;

  public Dispatcher(AlertsConfig config, AlertTable table) {
    this.config = config;
    this.table = table;
    open();
  }

  /**
   * Applies other sinks and routes; afterwards every alert must be passed to {@link #route} and
   * {@link #update} again.
   */
  public void config(AlertsConfig next) {
    Set<SinkConfig> same = new HashSet<>(config.delivery().sinks());
    same.retainAll(next.delivery().sinks());
    config = next;
    Set<String> stay = new HashSet<>(Set.of(CANARY_SINK));
    same.forEach(each -> stay.add(each.name()));
    throttles.keySet().retainAll(stay);
    open();
  }

  private void open() {
    queues.clear();
    for (SinkConfig sink : config.delivery().sinks()) {
      DeliveryThrottle throttle = throttle(sink.name(), sink.maxPerMinute());
      queues.put(
          sink.name(),
          sink.type() == SinkConfig.Type.ALERTMANAGER
              ? new AlertmanagerQueue(sink.name(), throttle)
              : new GroupingQueue(sink.name(), config.delivery().groupWait(), throttle));
    }
    queues.put(
        CANARY_SINK,
        new GroupingQueue(CANARY_SINK, Duration.ZERO, throttle(CANARY_SINK, CANARY_PER_MINUTE)));
  }

  private DeliveryThrottle throttle(String sink, int perMinute) {
    return throttles.computeIfAbsent(sink, name -> new DeliveryThrottle(perMinute));
  }

  /** Sets the sinks of an alert; a resolved one keeps its sinks. */
  public void route(AlertRecord record) {
    if (!record.isResolved() || record.deliveries().sinks().isEmpty()) {
      record.deliveries().route(sinks(record));
    }
  }

  private Set<String> sinks(AlertRecord record) {
    return switch (record.rule().routed()) {
      case BY_ROUTES -> routes(record);
      case TO_WATCHDOG_SINKS -> names(SinkConfig::watchdog);
      case TO_CANARY -> Set.of(CANARY_SINK);
    };
  }

  private Set<String> routes(AlertRecord record) {
    if (config.delivery().routes().isEmpty()) {
      return names(sink -> true);
    }
    Set<String> sinks = new LinkedHashSet<>();
    for (AlertsConfig.Route route : config.delivery().routes()) {
      if (route.select().matches(record.labels())) {
        sinks.addAll(route.sinks());
      }
    }
    return sinks;
  }

  private Set<String> names(Predicate<SinkConfig> which) {
    return config.delivery().sinks().stream()
        .filter(which)
        .map(SinkConfig::name)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Passes an alert that may have changed to the queues. */
  public void update(AlertRecord record, Instant now) {
    if (record.isResolved()) {
      // A failing sink gets one resolution for alerts that it would otherwise never see resolved.
      queues.forEach(
          (name, queue) -> {
            boolean missed =
                queue.isFailing()
                    && record.deliveries().sinks().contains(name)
                    && record.suppressedBy() == null
                    && record.deliveries().last(name) == null;
            if (missed) {
              boolean unused = record.deliveries().attempt(name);
            }
          });
    }
    queues.values().forEach(queue -> queue.update(record, now));
    release(record);
  }

  /** Forgets deliveries to sinks that are no longer configured. */
  public void forgetSinks(AlertRecord record) {
    if (record.deliveries().retain(queues.keySet())) {
      table.changed(record);
    }
  }

  private void release(AlertRecord record) {
    if (record.isResolved() && !isOwed(record)) {
      table.release(record);
    }
  }

  private boolean isOwed(AlertRecord record) {
    return queues.keySet().stream().anyMatch(sink -> PendingDeliveries.isNews(record, sink));
  }

  /** Drops resolved alerts that will not be sent any more. */
  public void expire(List<AlertRecord> expired) {
    for (AlertRecord each : expired) {
      queues.values().forEach(queue -> queue.forget(each));
      table.release(each);
    }
  }

  /** Drops resolved alerts once every sink was notified of their end. */
  public void sweep() {
    List.copyOf(table.resolved()).forEach(this::release);
  }

  /** Selects what may be sent until the next observation; this is stored before it is sent. */
  public void prepare(boolean warming, Instant now) {
    queues.forEach(
        (name, queue) -> {
          if (!underWay.containsKey(name)) {
            queue.prepare(table::changed, warming, now);
          }
        });
  }

  /** The next notification for a sink; empty while one is in flight to it. */
  public Optional<Notification> next(String sink, Instant now) {
    NotificationQueue queue = queues.get(sink);
    if (queue == null || underWay.containsKey(sink)) {
      return Optional.empty();
    }
    Optional<Notification> next = queue.due(now);
    next.ifPresent(each -> underWay.put(sink, each.id()));
    return next;
  }

  /**
   * Takes the result of a delivery; no failure is success. A delivery counts even when it was not
   * awaited any more.
   */
  public void answered(
      Notification notification, @Nullable DeliveryException failure, Instant now) {
    String sink = notification.sink();
    boolean asked = underWay.remove(sink, notification.id());
    NotificationQueue queue = queues.get(sink);
    if (queue == null) {
      return;
    }
    if (asked) {
      queue.answered(failure, now);
    }
    if (failure == null) {
      notification.alerts().forEach(alert -> delivered(alert, sink, queue, now));
    }
  }

  private void delivered(Alert alert, String sink, NotificationQueue queue, Instant now) {
    AlertRecord record = table.byId(alert.id());
    if (record == null) {
      return;
    }
    AlertStatus as = alert.status().isFiring() ? AlertStatus.FIRING : AlertStatus.RESOLVED;
    Alert.Delivery before = record.deliveries().last(sink);
    record.deliveries().deliver(sink, new Alert.Delivery(as, alert.severity(), now));
    boolean again =
        before != null && before.status() == as && before.severity() == alert.severity();
    // Delivered each minute: the exact time is not worth a write.
    if (!again || record.rule().repeat().isPresent()) {
      table.changed(record);
    }
    queue.delivered(record, now);
    queue.update(record, now);
    release(record);
  }

  /** Adjusts stored times after the clock was set. */
  public void moved(Duration by) {
    queues.values().forEach(queue -> queue.moved(by));
    throttles.values().forEach(throttle -> throttle.moved(by));
  }

  public int waiting(String sink) {
    NotificationQueue queue = queues.get(sink);
    return queue == null ? 0 : queue.waiting();
  }
}
