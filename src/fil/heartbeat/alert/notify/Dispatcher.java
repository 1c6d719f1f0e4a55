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

/** Which sink is sent what: routes, one queue for each sink, and the results of deliveries. */
public final class Dispatcher {
  /** The sink that the canary's alerts go to, and no other; no configuration can name it so. */
  public static final String CANARY_SINK = "(canary)";

  /** The canary paces itself: one beat at a time. */
  private static final int CANARY_PER_MINUTE = 600;

  private final AlertTable table;
  private final Map<String, NotificationQueue> queues = new LinkedHashMap<>();
  private final Map<String, DeliveryThrottle> throttles = new HashMap<>();

  /** Sink to the notification that is under way to it. */
  private final Map<String, String> underWay = new HashMap<>();

  private AlertsConfig config;

  public Dispatcher(AlertsConfig config, AlertTable table) {
    this.config = config;
    this.table = table;
    open();
  }

  /** Goes on with other sinks and routes; every alert is to be looked at anew afterwards. */
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

  /** Says which sinks an alert goes to; one that ended goes where it went. */
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

  /** An alert may be news to some sinks. */
  public void update(AlertRecord record, Instant now) {
    if (record.isResolved()) {
      // A sink that fails is sent once, as resolved, what it would otherwise never learn.
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

  /** Resolved alerts that no sink will be sent. */
  public void expire(List<AlertRecord> expired) {
    for (AlertRecord each : expired) {
      queues.values().forEach(queue -> queue.forget(each));
      table.release(each);
    }
  }

  /** Releases resolved alerts that every sink knows as such. */
  public void sweep() {
    List.copyOf(table.resolved()).forEach(this::release);
  }

  /** Says what may be sent until the next observation; that is stored before it is sent. */
  public void prepare(boolean warming, Instant now) {
    queues.forEach(
        (name, queue) -> {
          if (!underWay.containsKey(name)) {
            queue.prepare(table::changed, warming, now);
          }
        });
  }

  /** What a sink is to be sent now; empty while something is under way to it. */
  public Optional<Notification> next(String sink, Instant now) {
    NotificationQueue queue = queues.get(sink);
    if (queue == null || underWay.containsKey(sink)) {
      return Optional.empty();
    }
    Optional<Notification> next = queue.due(now);
    next.ifPresent(each -> underWay.put(sink, each.id()));
    return next;
  }

  /** The result; no failure is success. A delivery counts even when nobody waits for it. */
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
    // Delivered each minute: when exactly is not worth a write.
    if (!again || record.rule().repeat().isPresent()) {
      table.changed(record);
    }
    queue.delivered(record, now);
    queue.update(record, now);
    release(record);
  }

  /** The clock was set. */
  public void moved(Duration by) {
    queues.values().forEach(queue -> queue.moved(by));
    throttles.values().forEach(throttle -> throttle.moved(by));
  }

  public int waiting(String sink) {
    NotificationQueue queue = queues.get(sink);
    return queue == null ? 0 : queue.waiting();
  }
}
