package fil.heartbeat.alert.notify;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.alert.state.AlertRecord;
import fil.heartbeat.fleet.Moved;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Notifies people: one notification for the alerts of one rule and network. */
final class GroupingQueue implements NotificationQueue {
  private static final class Group {
    final Set<AlertRecord> firing = new LinkedHashSet<>();
    final Map<AlertRecord, Instant> news = new LinkedHashMap<>();
    Instant turn = Instant.MIN;

    Instant oldest() {
      return news.values().iterator().next();
    }

    Severity gravest() {
      Severity gravest = Severity.INFO;
      for (AlertRecord each : news.keySet()) {
        gravest = each.severity().compareTo(gravest) > 0 ? each.severity() : gravest;
      }
      return gravest;
    }

    boolean isCritical() {
      return gravest() == Severity.CRITICAL;
    }

    /** The most severe first; among equals those that have waited longest. */
    List<AlertRecord> inOrder() {
      return PendingDeliveries.gravestFirst(news.keySet());
    }

    String key() {
      return news.keySet().iterator().next().groupKey();
    }

    boolean isOfStrangers() {
      return news.keySet().iterator().next().rule() == AlertRule.UNKNOWN_NODES;
    }
  }

  /** The shortest time between notifications about strangers, however often they come and go. */
  static final Duration STRANGERS_PERIOD = Duration.ofHours(1);

  private final String sink;
  private final Duration groupWait;
  private final DeliveryThrottle throttle;
  private final Map<String, Group> groups = new HashMap<>();
  private int waiting;
  private @Nullable Group next;
  private @Nullable Group last;

  /**
   * Whether the last notification was critical and failed: critical groups then take turns with the
   * others.
   */
  private boolean criticalFailed;

  private boolean lastIsCritical;
  private @Nullable Instant strangersSentAt;

  GroupingQueue(String sink, Duration groupWait, DeliveryThrottle throttle) {
    this.sink = sink;
    this.groupWait = groupWait;
    this.throttle = throttle;
  }

  @Override
  public void update(AlertRecord record, Instant now) {
    boolean news = PendingDeliveries.isNews(record, sink) || isDueAgain(record, now);
    boolean last = PendingDeliveries.isNotified(record, sink);
    restoreStrangersSentAt(record);
    Group group = groups.get(record.groupKey());
    if (group == null) {
      if (!news && !last) {
        return;
      }
      group = new Group();
      groups.put(record.groupKey(), group);
    }
    if (last) {
      group.firing.add(record);
    } else {
      group.firing.remove(record);
    }
    if (news) {
      waiting += group.news.putIfAbsent(record, now) == null ? 1 : 0;
    } else if (group.news.remove(record) != null) {
      waiting--;
    }
    if (group.firing.isEmpty() && group.news.isEmpty()) {
      groups.remove(record.groupKey());
    }
  }

  /** Restores the time of the last notification about strangers after a restart. */
  private void restoreStrangersSentAt(AlertRecord record) {
    Alert.Delivery known = record.deliveries().last(sink);
    if (known != null
        && record.rule() == AlertRule.UNKNOWN_NODES
        && (strangersSentAt == null || known.at().isAfter(strangersSentAt))) {
      strangersSentAt = known.at();
    }
  }

  /** A time in the future dates from before the clock was set back while the process was down. */
  private static boolean hasPassed(Duration time, Instant since, Instant now) {
    return since.isAfter(now) || !since.plus(time).isAfter(now);
  }

  private boolean isDueAgain(AlertRecord record, Instant now) {
    Alert.Delivery last =
        PendingDeliveries.isNotified(record, sink) ? record.deliveries().last(sink) : null;
    return last != null
        && record.rule().repeat().filter(time -> hasPassed(time, last.at(), now)).isPresent();
  }

  @Override
  public void forget(AlertRecord record) {
    Group group = groups.get(record.groupKey());
    if (group != null) {
      group.firing.remove(record);
      waiting -= group.news.remove(record) == null ? 0 : 1;
      if (group.firing.isEmpty() && group.news.isEmpty()) {
        groups.remove(record.groupKey());
      }
    }
  }

  /** One group at a time: alerts that still have to wait are not marked. */
  @Override
  public void prepare(Marks marks, boolean warming, Instant now) {
    next = null;
    if (waiting == 0 || !throttle.isOpenForCritical(now)) {
      return;
    }
    boolean open = throttle.isOpen(now);
    Group first =
        groups.values().stream()
            .filter(group -> !group.news.isEmpty())
            .filter(group -> hasPassed(groupWait, group.oldest(), now))
            .filter(group -> open || group.isCritical())
            .filter(group -> !group.isOfStrangers() || maySendStrangers(now))
            .min(
                Comparator.<Group, Boolean>comparing(group -> criticalFailed || !group.isCritical())
                    .thenComparing(group -> group.turn)
                    .thenComparing(Group::gravest, Comparator.reverseOrder())
                    .thenComparing(Group::oldest)
                    .thenComparing(Group::key))
            .orElse(null);
    if (first != null) {
      next = first;
      first.inOrder().stream()
          .limit(MAX_ALERTS)
          .filter(each -> each.isFiring() && each.deliveries().last(sink) == null)
          .filter(each -> each.deliveries().attempt(sink))
          .forEach(marks::marked);
    }
  }

  private boolean maySendStrangers(Instant now) {
    Instant last = strangersSentAt;
    return last == null || hasPassed(STRANGERS_PERIOD, last, now);
  }

  @Override
  public Optional<Notification> due(Instant now) {
    Group group = next;
    next = null;
    boolean open =
        group != null
            && (group.isCritical() ? throttle.isOpenForCritical(now) : throttle.isOpen(now));
    return group == null || !open ? Optional.empty() : send(group, now);
  }

  private Optional<Notification> send(Group group, Instant now) {
    List<AlertRecord> news = new ArrayList<>();
    List<AlertRecord> others = new ArrayList<>();
    for (AlertRecord each : group.inOrder()) {
      boolean settled = each.isResolved() || each.deliveries().isKnownTo(sink);
      if (settled && news.size() < MAX_ALERTS) {
        news.add(each);
      }
    }
    for (AlertRecord each : group.firing) {
      if (news.size() + others.size() >= MAX_ALERTS) {
        break;
      }
      if (each.deliveries().last(sink) != null && !group.news.containsKey(each)) {
        others.add(each);
      }
    }
    if (news.isEmpty()) {
      return Optional.empty();
    }
    last = group;
    lastIsCritical = group.isCritical();
    throttle.attempt(lastIsCritical, now);
    return Optional.of(
        PendingDeliveries.notification(sink, news.get(0).groupKey(), news, others, now));
  }

  @Override
  public void delivered(AlertRecord record, Instant now) {
    if (record.rule() == AlertRule.UNKNOWN_NODES) {
      strangersSentAt = now;
    }
  }

  @Override
  public void answered(@Nullable DeliveryException failure, Instant now) {
    criticalFailed = failure != null && lastIsCritical;
    if (failure == null) {
      throttle.succeeded();
    } else {
      throttle.failed(failure.retryAfter().orElse(Duration.ZERO), now);
      if (last != null) {
        // A notification that a receiver cannot take must not block the others.
        last.turn = now;
      }
    }
  }

  @Override
  public void moved(Duration by) {
    for (Group each : groups.values()) {
      each.news.replaceAll((record, since) -> since.plus(by));
      each.turn = Moved.moved(each.turn, by);
    }
    strangersSentAt = Moved.movedOrNull(strangersSentAt, by);
  }

  @Override
  public boolean isFailing() {
    return throttle.isFailing();
  }

  @Override
  public int waiting() {
    return waiting;
  }
}
