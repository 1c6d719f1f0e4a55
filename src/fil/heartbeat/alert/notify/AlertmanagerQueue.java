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
 * What one Alertmanager is still to be sent: everything that fires, at once and again each minute.
 *
 * <p>How it works. An Alertmanager groups and waits by itself, and forgets an alert whose {@code
 * endsAt} passes without a repetition; so this queue repeats where {@link GroupingQueue} groups.
 * Three sets of records, by what is to be said of them:
 *
 * <ul>
 *   <li>{@code news}: alerts that the sink does not know as they are (new, resolved, of another
 *       severity). They go first, the gravest of them before the others.
 *   <li>{@code firing}: by fingerprint, in the order of their last delivery. Whenever the eldest is
 *       a {@link #PERIOD} old, all of them are sent again, as many as fit behind the news.
 *   <li>{@code resolved}: by fingerprint, those of the news that ended.
 * </ul>
 *
 * <p>An Alertmanager knows an alert by its labels, not by our id, and another aggregator may send
 * it the same one; there the last word counts. Hence three rules. An alert that came back goes on:
 * its earlier end is not sent, as it would end the new one (see {@code goesOn}). What is not sure
 * is not repeated: while nodes are not judged after a start, and once an alert has been clearing
 * for {@link #UNSURE}, its end is soon known, and until then the last repetition lasts. And an
 * alert that is suppressed after it was delivered is repeated on, since silence would look like its
 * end.
 *
 * <p>Like every queue: {@link #prepare} marks what may be delivered and is stored, {@link #due}
 * makes the notification of it, {@link #delivered} and {@link #answered} take the result.
 */
final class AlertmanagerQueue implements NotificationQueue {
  static final Duration PERIOD = Duration.ofMinutes(1);

  /**
   * How long one that is clearing is still repeated: what was delivered at most a minute before
   * lasts 4 minutes there.
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

  /** What was delivered and is suppressed since is repeated on: it must not look resolved. */
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
   * There an alert is known by its labels: one that came back is the same, and the end in between
   * would end it.
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

  /** What Alertmanager would forget waits no more than what is critical. */
  private boolean isOpen(Instant now) {
    return (isCritical() || isStale(now)) ? throttle.isOpenForCritical(now) : throttle.isOpen(now);
  }

  private boolean isCritical() {
    return news.stream().anyMatch(each -> each.severity() == Severity.CRITICAL);
  }

  /** Whether the one that was delivered the longest ago, or never, is to be sent again. */
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
   * Whether it fires as far as is known. One that was restored may have been resolved, and one that
   * is clearing soon is.
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
