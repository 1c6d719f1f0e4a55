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
 * The alerts to be sent to one Alertmanager: everything that fires, at once and again each minute.
 *
 * <p>An Alertmanager groups and waits by itself, and forgets an alert whose {@code endsAt} passes
 * without a repetition; so this queue repeats where {@link GroupingQueue} groups. It has three sets
 * of records:
 *
 * <ul>
 *   <li>{@code news}: alerts whose state the sink does not know (new, resolved, of another
 *       severity). They go first, in order of severity.
 *   <li>{@code firing}: by fingerprint, in the order of their last delivery. Whenever the eldest is
 *       a {@link #PERIOD} old, all of them are sent again, as many as fit behind the news.
 *   <li>{@code resolved}: by fingerprint, the resolved alerts of the news.
 * </ul>
 *
 * <p>An Alertmanager identifies an alert by its labels, not by our id, and another aggregator may
 * send it the same one; the last message counts. Hence three rules. An alert that fires again
 * continues the earlier one: the earlier end is not sent, as it would end the new one (see {@code
 * goesOn}). An uncertain alert is not repeated: while nodes are not judged after a start, and once
 * an alert has been clearing for {@link #UNSURE}, the outcome is known soon, and until then the
 * last repetition is still valid. And an alert that is suppressed after it was delivered is still
 * repeated, since without repetitions it would look resolved.
 *
 * <p>As in every queue, {@link #prepare} marks the alerts that may be delivered, which are then
 * stored; {@link #due} builds the notification from them; {@link #delivered} and {@link #answered}
 * take the result.
 */
final class AlertmanagerQueue implements NotificationQueue {
  static final Duration PERIOD = Duration.ofMinutes(1);

  /**
   * How long a clearing alert is still repeated: the last delivery, at most a minute earlier, is
   * valid there for 4 minutes.
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

  /** An alert suppressed after its delivery is still repeated: it must not look resolved. */
  @Override
  public void update(AlertRecord record, Instant now) {
    boolean known = record.deliveries().isKnownTo(sink);
    if (record.isFiring() && (known || PendingDeliveries.isNotified(record, sink))) {
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
   * Alertmanager identifies an alert by its labels: one that fires again is the same, and the end
   * in between would resolve it.
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
          .limit(MAX_ALERTS)
          .filter(each -> each.isFiring() && each.deliveries().last(sink) == null)
          .filter(each -> each.deliveries().attempt(sink))
          .forEach(marks::marked);
    }
  }

  /** An alert that Alertmanager would forget is as urgent as a critical one. */
  private boolean isOpen(Instant now) {
    return (isCritical() || isStale(now)) ? throttle.isOpenForCritical(now) : throttle.isOpen(now);
  }

  private boolean isCritical() {
    return news.stream().anyMatch(each -> each.severity() == Severity.CRITICAL);
  }

  /** Whether the alert with the oldest delivery, or without any, is due for a repetition. */
  private boolean isStale(Instant now) {
    for (AlertRecord each : firing.values()) {
      if (isSure(each, now)) {
        Alert.Delivery last = each.deliveries().last(sink);
        return last == null || last.at().isAfter(now) || !last.at().plus(PERIOD).isAfter(now);
      }
    }
    return false;
  }

  /**
   * Whether it certainly still fires. A restored alert may have been resolved meanwhile, and a
   * clearing one soon is.
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
      if (settled && first.size() < MAX_ALERTS) {
        first.add(each);
      }
    }
    for (AlertRecord each : firing.values()) {
      if (first.size() + others.size() >= MAX_ALERTS) {
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
    // Each repetition is a notification of its own; the labels identify the alerts.
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
  public void delivered(AlertRecord record, Instant now) {
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
