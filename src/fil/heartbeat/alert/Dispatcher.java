package fil.heartbeat.alert;

import fil.heartbeat.config.AlertRule;
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
import org.jspecify.annotations.Nullable;

/** Who is told what: routes, one outbox for each sink, and what each sink knows. */
final class Dispatcher {
  private final AlertTable table;
  private final CanaryOutbox canary = new CanaryOutbox(AlertEngine.CANARY_SINK);
  private final Map<String, NotificationQueue> queues = new LinkedHashMap<>();
  private final Map<String, DeliveryThrottle> throttles = new HashMap<>();

  /** Sink to the notification that is under way to it. */
  private final Map<String, String> underWay = new HashMap<>();

  private AlertsConfig config;

  Dispatcher(AlertsConfig config, AlertTable table) {
    this.config = config;
    this.table = table;
    open();
  }

  /** Goes on with other sinks and routes; every alert is to be looked at anew afterwards. */
  void config(AlertsConfig next) {
    Set<SinkConfig> same = new HashSet<>(config.sinks());
    same.retainAll(next.sinks());
    config = next;
    throttles.keySet().retainAll(same.stream().map(SinkConfig::name).toList());
    open();
  }

  private void open() {
    queues.clear();
    for (SinkConfig sink : config.sinks()) {
      DeliveryThrottle throttle =
          throttles.computeIfAbsent(sink.name(), name -> new DeliveryThrottle(sink.maxPerMinute()));
      queues.put(
          sink.name(),
          sink.type() == SinkConfig.Type.ALERTMANAGER
              ? new AlertmanagerQueue(sink, throttle)
              : new GroupingQueue(sink, config.groupWait(), throttle));
    }
  }

  /** Says which sinks an alert goes to; one that ended goes where it went. */
  void route(AlertRecord record) {
    if (!record.isResolved() || record.deliveries().sinks().isEmpty()) {
      record.deliveries().route(sinks(record));
    }
  }

  private Set<String> sinks(AlertRecord record) {
    Set<String> sinks = new LinkedHashSet<>();
    for (SinkConfig sink : config.sinks()) {
      if (record.rule() == AlertRule.WATCHDOG ? sink.watchdog() : config.routes().isEmpty()) {
        sinks.add(sink.name());
      }
    }
    if (record.rule() != AlertRule.WATCHDOG) {
      for (AlertsConfig.Route route : config.routes()) {
        if (route.select().matches(record.labels())) {
          sinks.addAll(route.sinks());
        }
      }
    }
    return sinks;
  }

  /** An alert may be news to some. */
  void update(AlertRecord record, Instant now) {
    if (record.isResolved()) {
      // A sink that fails is told once, as over, what it would else never hear of.
      queues.forEach(
          (name, queue) -> {
            boolean missed =
                queue.isFailing()
                    && record.deliveries().sinks().contains(name)
                    && record.suppressedBy() == null
                    && record.deliveries().last(name) == null;
            if (missed) {
              record.deliveries().attempted().add(name);
            }
          });
    }
    queues.values().forEach(queue -> queue.update(record, now));
    release(record);
  }

  /** Forgets what sinks that are no more were told. */
  void forgetSinks(AlertRecord record) {
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

  /** Those that are over and will not be told. */
  void expire(List<AlertRecord> expired) {
    for (AlertRecord each : expired) {
      queues.values().forEach(queue -> queue.forget(each));
      table.release(each);
    }
  }

  /** Lets go of those that are over and that nobody is to be told of any more. */
  void sweep() {
    List.copyOf(table.resolved()).forEach(this::release);
  }

  /** Says what may be told until the next observation; that is kept before it is told. */
  void prepare(boolean warming, Instant now) {
    queues.forEach(
        (name, queue) -> {
          if (!underWay.containsKey(name)) {
            queue.prepare(table::changed, warming, now);
          }
        });
  }

  void canary(long beat) {
    canary.seen(beat);
  }

  Optional<Notification> due(String sink, Instant now) {
    if (underWay.containsKey(sink)) {
      return Optional.empty();
    }
    NotificationQueue queue = queues.get(sink);
    Optional<Notification> due =
        sink.equals(AlertEngine.CANARY_SINK)
            ? canary.due(now)
            : queue == null ? Optional.empty() : queue.due(now);
    due.ifPresent(each -> underWay.put(sink, each.id()));
    return due;
  }

  /** The answer; null for success. What was told is known to be so even when nobody asked. */
  void answered(Notification told, @Nullable DeliveryException failure, Instant now) {
    String sink = told.sink();
    boolean asked = underWay.remove(sink, told.id());
    if (sink.equals(AlertEngine.CANARY_SINK)) {
      if (asked) {
        canary.answered(failure, now);
      }
      return;
    }
    NotificationQueue queue = queues.get(sink);
    if (queue == null) {
      return;
    }
    if (asked) {
      queue.answered(failure, now);
    }
    if (failure == null) {
      told.alerts().forEach(alert -> told(alert, sink, queue, now));
    }
  }

  private void told(Alert alert, String sink, NotificationQueue queue, Instant now) {
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
    if (!again || record.rule() == AlertRule.WATCHDOG) {
      table.changed(record);
    }
    queue.told(record, now);
    queue.update(record, now);
    release(record);
  }

  /** The clock was set. */
  void moved(Duration by) {
    canary.moved(by);
    queues.values().forEach(queue -> queue.moved(by));
    throttles.values().forEach(throttle -> throttle.moved(by));
  }

  int waiting(String sink) {
    NotificationQueue queue = queues.get(sink);
    return sink.equals(AlertEngine.CANARY_SINK)
        ? canary.waiting()
        : queue == null ? 0 : queue.waiting();
  }
}
