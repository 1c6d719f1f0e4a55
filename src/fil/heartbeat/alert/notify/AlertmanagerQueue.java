package fil.heartbeat.alert.notify;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.alert.state.AlertKey;
import fil.heartbeat.alert.state.AlertRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells an Alertmanager, which groups and waits by itself and forgets what it does not hear again:
 * everything that fires, at once and each minute. Another aggregator may tell it too, and there the
 * last word counts: what is not sure is not told again.
 */
final class AlertmanagerQueue implements NotificationQueue {
  static final Duration PERIOD = Duration.ofMinutes(1);

  /**
   * How long one that seems over is not told again: what was told at most a minute before lasts 4
   * minutes there.
   */
  static final Duration UNSURE = Duration.ofMinutes(2);

  private static final String GROUP = "*";

  private final String sink;
  private final DeliveryThrottle throttle;
  private final Map<String, AlertRecord> firing = new LinkedHashMap<>();
  private final Map<String, AlertRecord> resolved = new LinkedHashMap<>();
  private final Set<AlertRecord> news = new LinkedHashSet<>();
  private boolean ready;
  private boolean warming;

  AlertmanagerQueue(String sink, DeliveryThrottle throttle) {
    this.sink = sink;
    this.throttle = throttle;
  }

  /** What was told and is held since is told on: it must not look as if it were over. */
  @Override
  public void update(AlertRecord record, Instant now) {
    boolean known = record.deliveries().isKnownTo(sink);
    if (record.isFiring() && (known || PendingDeliveries.isTold(record, sink))) {
      firing.putIfAbsent(record.fingerprint(), record);
    } else {
      firing.remove(record.fingerprint(), record);
    }
    if (!PendingDeliveries.isNews(record, sink)) {
      forgetNews(record);
      return;
    }
    news.add(record);
    if (record.isResolved()) {
      AlertRecord earlier = resolved.put(record.fingerprint(), record);
      goesOn(record.equals(earlier) ? null : earlier, now);
    }
  }

  /**
   * There an alert is known by its labels: one that came back is the same, and that it was over in
   * between would end it.
   */
  private void goesOn(@Nullable AlertRecord earlier, Instant now) {
    if (earlier != null) {
      earlier
          .deliveries()
          .deliver(sink, new Alert.Delivery(AlertStatus.RESOLVED, earlier.severity(), now));
      news.remove(earlier);
    }
  }

  private void forgetNews(AlertRecord record) {
    news.remove(record);
    resolved.remove(record.fingerprint(), record);
  }

  @Override
  public void forget(AlertRecord record) {
    firing.remove(record.fingerprint(), record);
    forgetNews(record);
  }

  @Override
  public void prepare(Marks marks, boolean warms, Instant now) {
    warming = warms;
    ready = isOpen(now) && (!news.isEmpty() || isStale(now));
    if (ready) {
      PendingDeliveries.gravestFirst(news).stream()
          .limit(MAX_TOLD_AT_ONCE)
          .filter(each -> each.isFiring() && each.deliveries().last(sink) == null)
          .filter(each -> each.deliveries().attempt(sink))
          .forEach(marks::marked);
    }
  }

  /** What Alertmanager would forget waits no more than what is critical. */
  private boolean isOpen(Instant now) {
    return (isCritical() || isStale(now)) ? throttle.isOpenForCritical(now) : throttle.isOpen(now);
  }

  private boolean isCritical() {
    return news.stream().anyMatch(each -> each.severity() == Severity.CRITICAL);
  }

  /** Whether the one that was told the longest ago, or never, is to be told again. */
  private boolean isStale(Instant now) {
    for (AlertRecord each : firing.values()) {
      if (isSure(each, now)) {
        Alert.Delivery told = each.deliveries().last(sink);
        return told == null || told.at().isAfter(now) || !told.at().plus(PERIOD).isAfter(now);
      }
    }
    return false;
  }

  /**
   * Whether it fires as far as is known. One that was kept over a restart may be over, and one that
   * seems over is soon said to be.
   */
  private boolean isSure(AlertRecord record, Instant now) {
    Instant clearing = record.lifecycle().clearingSince();
    return !warming && (clearing == null || !clearing.plus(UNSURE).isAfter(now));
  }

  @Override
  public Optional<Notification> due(Instant now) {
    if (!ready || !isOpen(now)) {
      return Optional.empty();
    }
    ready = false;
    List<AlertRecord> first = new ArrayList<>();
    List<AlertRecord> others = new ArrayList<>();
    for (AlertRecord each : PendingDeliveries.gravestFirst(news)) {
      if (each.isResolved() && isBack(each)) {
        continue;
      }
      boolean settled = each.isResolved() || each.deliveries().isKnownTo(sink);
      if (settled && first.size() < MAX_TOLD_AT_ONCE) {
        first.add(each);
      }
    }
    for (AlertRecord each : firing.values()) {
      if (first.size() + others.size() >= MAX_TOLD_AT_ONCE) {
        break;
      }
      if (!news.contains(each) && isSure(each, now)) {
        others.add(each);
      }
    }
    if (first.isEmpty() && others.isEmpty()) {
      return Optional.empty();
    }
    throttle.attempt(isCritical(), now);
    Notification all = PendingDeliveries.notification(sink, GROUP, first, others, now);
    // Each minute anew, so each minute another; the labels say what is the same.
    return Optional.of(
        new Notification(
            first.isEmpty() ? AlertKey.digest(all.id() + now) : all.id(),
            sink,
            GROUP,
            Map.of(),
            all.alerts(),
            all.news(),
            now));
  }

  private boolean isBack(AlertRecord ended) {
    AlertRecord back = firing.get(ended.fingerprint());
    return back != null && back.deliveries().isKnownTo(sink);
  }

  @Override
  public void told(AlertRecord record, Instant now) {
    if (record.isFiring()) {
      goesOn(resolved.remove(record.fingerprint()), now);
    }
    if (firing.remove(record.fingerprint(), record)) {
      firing.put(record.fingerprint(), record);
    }
  }

  @Override
  public void answered(@Nullable DeliveryException failure, Instant now) {
    if (failure == null) {
      throttle.succeeded();
    } else {
      throttle.failed(failure.retryAfter().orElse(Duration.ZERO), now);
    }
  }

  @Override
  public boolean isFailing() {
    return throttle.isFailing();
  }

  @Override
  public int waiting() {
    return news.size();
  }
}
