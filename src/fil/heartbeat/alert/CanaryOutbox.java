package fil.heartbeat.alert;

import fil.heartbeat.config.AlertRule;
import fil.heartbeat.config.AlertsConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells the canary of its newest beat, as any sink is told of an alert. */
final class CanaryOutbox {
  private final String sink;

  // The canary paces itself: one beat at a time.
  private final DeliveryThrottle throttle = new DeliveryThrottle(600);
  private long seen;
  private long told;
  private long underWay;

  CanaryOutbox(String sink) {
    this.sink = sink;
  }

  void seen(long beat) {
    seen = Math.max(seen, beat);
  }

  Optional<Notification> due(Instant now) {
    if (seen <= told || !throttle.isOpenForCritical(now)) {
      return Optional.empty();
    }
    throttle.attempt(true, now);
    underWay = seen;
    AlertKey key = new AlertKey(AlertRule.CANARY, String.valueOf(seen));
    AlertRecord record =
        new AlertRecord(
            key,
            null,
            null,
            new Lifecycle(AlertStatus.FIRING, now, now, null, null),
            AlertsConfig.DEFAULT.rule(AlertRule.CANARY).severity(),
            new AlertText("Beat " + seen + " of the canary was seen", null));
    record.labels(Map.of("alertname", AlertRule.CANARY.word(), "beat", String.valueOf(seen)));
    return Optional.of(
        PendingDeliveries.notification(sink, record.groupKey(), List.of(record), List.of(), now));
  }

  void answered(@Nullable DeliveryException failure, Instant now) {
    if (failure == null) {
      throttle.succeeded();
      told = Math.max(told, underWay);
    } else {
      throttle.failed(Duration.ZERO, now);
    }
  }

  /** The clock was set. */
  void moved(Duration by) {
    throttle.moved(by);
  }

  int waiting() {
    return seen > told ? 1 : 0;
  }
}
