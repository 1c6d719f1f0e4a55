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
final class Dispatch {
  private final AlertTable table;
  private final CanaryOutbox canary = new CanaryOutbox(AlertEngine.CANARY_SINK);
  private final Map<String, Outbox> outboxes = new LinkedHashMap<>();
  private final Map<String, Pace> paces = new HashMap<>();

  /** Sink to the notification that is under way to it. */
  private final Map<String, String> underWay = new HashMap<>();

  private AlertsConfig config;

  Dispatch(AlertsConfig config, AlertTable table) {
    this.config = config;
    this.table = table;
    open();
  }

  /** Goes on with other sinks and routes; every alert is to be looked at anew afterwards. */
  void config(AlertsConfig next) {
    Set<SinkConfig> same = new HashSet<>(config.sinks());
    same.retainAll(next.sinks());
    config = next;
    paces.keySet().retainAll(same.stream().map(SinkConfig::name).toList());
    open();
  }

  private void open() {
    outboxes.clear();
    for (SinkConfig sink : config.sinks()) {
      Pace pace = paces.computeIfAbsent(sink.name(), name -> new Pace(sink.maxPerMinute()));
      outboxes.put(
          sink.name(),
          sink.type() == SinkConfig.Type.ALERTMANAGER
              ? new MirrorOutbox(sink, pace)
              : new GroupedOutbox(sink, config.groupWait(), pace));
    }
  }

  /** The sinks that an alert goes to. */
  Set<String> route(AlertRecord record) {
    Set<String> sinks = new LinkedHashSet<>();
    for (SinkConfig sink : config.sinks()) {
      if (record.key.rule() == AlertRule.WATCHDOG ? sink.watchdog() : config.routes().isEmpty()) {
        sinks.add(sink.name());
      }
    }
    if (record.key.rule() != AlertRule.WATCHDOG) {
      for (AlertsConfig.Route route : config.routes()) {
        if (route.select().matches(record.labels)) {
          sinks.addAll(route.sinks());
        }
      }
    }
    return sinks;
  }

  /** An alert may be news to some. */
  void look(AlertRecord record, Instant now) {
    if (record.isOver()) {
      // A sink that fails is told once, as over, what it would else never hear of.
      outboxes.forEach(
          (name, outbox) -> {
            boolean missed =
                outbox.isFailing()
                    && record.sinks.contains(name)
                    && record.heldBy == null
                    && !record.told.containsKey(name);
            if (missed) {
              record.tried.add(name);
            }
          });
    }
    outboxes.values().forEach(outbox -> outbox.look(record, now));
    settle(record);
  }

  /** Forgets what sinks that are no more were told. */
  void forgetSinks(AlertRecord record) {
    boolean changed = record.told.keySet().retainAll(outboxes.keySet());
    changed |= record.tried.retainAll(outboxes.keySet());
    if (changed) {
      table.changed(record);
    }
  }

  private void settle(AlertRecord record) {
    if (record.isOver() && !isOwed(record)) {
      table.settle(record);
    }
  }

  private boolean isOwed(AlertRecord record) {
    return outboxes.keySet().stream().anyMatch(sink -> Owed.isNews(record, sink));
  }

  /** Those that are over and will not be told. */
  void expire(List<AlertRecord> expired) {
    for (AlertRecord each : expired) {
      outboxes.values().forEach(outbox -> outbox.forget(each));
      table.settle(each);
    }
  }

  /** Lets go of those that are over and that nobody is to be told of any more. */
  void sweep() {
    List.copyOf(table.over()).forEach(this::settle);
  }

  /** Says what may be told until the next observation; that is kept before it is told. */
  void settle(boolean warming, Instant now) {
    outboxes.forEach(
        (name, outbox) -> {
          if (!underWay.containsKey(name)) {
            outbox.settle(table::changed, warming, now);
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
    Outbox outbox = outboxes.get(sink);
    Optional<Notification> due =
        sink.equals(AlertEngine.CANARY_SINK)
            ? canary.due(now)
            : outbox == null ? Optional.empty() : outbox.due(now);
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
    Outbox outbox = outboxes.get(sink);
    if (outbox == null) {
      return;
    }
    if (asked) {
      outbox.answered(failure, now);
    }
    if (failure == null) {
      told.alerts().forEach(alert -> told(alert, sink, outbox, now));
    }
  }

  private void told(Alert alert, String sink, Outbox outbox, Instant now) {
    AlertRecord record = table.byId(alert.id());
    if (record == null) {
      return;
    }
    AlertStatus as = alert.status().isFiring() ? AlertStatus.FIRING : AlertStatus.RESOLVED;
    Alert.Delivery before = record.told.put(sink, new Alert.Delivery(as, alert.severity(), now));
    record.tried.remove(sink);
    boolean again =
        before != null && before.status() == as && before.severity() == alert.severity();
    if (again && record.key.rule() != AlertRule.WATCHDOG) {
      // Told each minute: when exactly is not worth a write.
      record.changed();
    } else {
      table.changed(record);
    }
    outbox.told(record, now);
    outbox.look(record, now);
    settle(record);
  }

  /** The clock was set. */
  void moved(Duration by) {
    canary.moved(by);
    outboxes.values().forEach(outbox -> outbox.moved(by));
    paces.values().forEach(pace -> pace.moved(by));
  }

  int waiting(String sink) {
    Outbox outbox = outboxes.get(sink);
    return sink.equals(AlertEngine.CANARY_SINK)
        ? canary.waiting()
        : outbox == null ? 0 : outbox.waiting();
  }
}
