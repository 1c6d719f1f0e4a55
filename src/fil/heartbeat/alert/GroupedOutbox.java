package fil.heartbeat.alert;

import fil.heartbeat.config.AlertRule;
import fil.heartbeat.config.Severity;
import fil.heartbeat.config.SinkConfig;
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

/** Tells people: one notification for the alerts of one rule and network. */
final class GroupedOutbox implements Outbox {
  private static final class Group {
    final Set<Incident> firing = new LinkedHashSet<>();
    final Map<Incident, Instant> news = new LinkedHashMap<>();
    Instant turn = Instant.MIN;

    Instant oldest() {
      return news.values().iterator().next();
    }

    Severity gravest() {
      Severity gravest = Severity.INFO;
      for (Incident each : news.keySet()) {
        gravest = each.severity.compareTo(gravest) > 0 ? each.severity : gravest;
      }
      return gravest;
    }

    boolean isCritical() {
      return gravest() == Severity.CRITICAL;
    }

    /** The gravest first, of each kind those that have waited longest. */
    List<Incident> inOrder() {
      return Owed.gravestFirst(news.keySet());
    }

    String key() {
      return news.keySet().iterator().next().groupKey();
    }

    boolean isOfStrangers() {
      return news.keySet().iterator().next().key.rule() == AlertRule.UNKNOWN_NODES;
    }
  }

  /** However strangers come and go, nobody hears of them more often. */
  static final Duration STRANGERS_PERIOD = Duration.ofHours(1);

  private final String sink;
  private final Duration groupWait;
  private final Pace pace;
  private final Map<String, Group> groups = new HashMap<>();
  private int waiting;
  private @Nullable Group next;
  private @Nullable Group last;

  /** Whether a critical group failed last: it goes first again after one that is none. */
  private boolean criticalFailed;

  private boolean lastIsCritical;
  private @Nullable Instant toldOfStrangers;

  GroupedOutbox(SinkConfig config, Duration groupWait, Pace pace) {
    this.sink = config.name();
    this.groupWait = groupWait;
    this.pace = pace;
  }

  @Override
  public void look(Incident incident, Instant now) {
    boolean news = Owed.isNews(incident, sink) || isWatchdogDue(incident, now);
    boolean told = Owed.isTold(incident, sink);
    restoreToldOfStrangers(incident);
    Group group = groups.get(incident.groupKey());
    if (group == null) {
      if (!news && !told) {
        return;
      }
      group = groups.computeIfAbsent(incident.groupKey(), ignored -> new Group());
    }
    if (told) {
      group.firing.add(incident);
    } else {
      group.firing.remove(incident);
    }
    if (news) {
      waiting += group.news.putIfAbsent(incident, now) == null ? 1 : 0;
    } else if (group.news.remove(incident) != null) {
      waiting--;
    }
    if (group.firing.isEmpty() && group.news.isEmpty()) {
      groups.remove(incident.groupKey());
    }
  }

  /** As it was kept over a restart. */
  private void restoreToldOfStrangers(Incident incident) {
    Alert.Delivery known = incident.told.get(sink);
    if (known != null
        && incident.key.rule() == AlertRule.UNKNOWN_NODES
        && (toldOfStrangers == null || known.at().isAfter(toldOfStrangers))) {
      toldOfStrangers = known.at();
    }
  }

  /** A time to come is one before the clock was put back while the process was not there. */
  private static boolean hasPassed(Duration time, Instant since, Instant now) {
    return since.isAfter(now) || !since.plus(time).isAfter(now);
  }

  private boolean isWatchdogDue(Incident incident, Instant now) {
    Alert.Delivery told =
        incident.key.rule() == AlertRule.WATCHDOG && Owed.isTold(incident, sink)
            ? incident.told.get(sink)
            : null;
    return told != null && hasPassed(Owed.WATCHDOG_PERIOD, told.at(), now);
  }

  @Override
  public void forget(Incident incident) {
    Group group = groups.get(incident.groupKey());
    if (group != null) {
      group.firing.remove(incident);
      waiting -= group.news.remove(incident) == null ? 0 : 1;
      if (group.firing.isEmpty() && group.news.isEmpty()) {
        groups.remove(incident.groupKey());
      }
    }
  }

  /** One group at a time: none is marked that has to wait for its turn. */
  @Override
  public void settle(Marks marks, boolean warming, Instant now) {
    next = null;
    if (waiting == 0 || !pace.isOpenForCritical(now)) {
      return;
    }
    boolean open = pace.isOpen(now);
    Group first =
        groups.values().stream()
            .filter(group -> !group.news.isEmpty())
            .filter(group -> hasPassed(groupWait, group.oldest(), now))
            .filter(group -> open || group.isCritical())
            .filter(group -> !group.isOfStrangers() || mayTellOfStrangers(now))
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
          .limit(MAX_TOLD_AT_ONCE)
          .filter(each -> each.isFiring() && !each.told.containsKey(sink))
          .filter(each -> each.tried.add(sink))
          .forEach(marks::marked);
    }
  }

  private boolean mayTellOfStrangers(Instant now) {
    Instant told = toldOfStrangers;
    return told == null || hasPassed(STRANGERS_PERIOD, told, now);
  }

  @Override
  public Optional<Notification> due(Instant now) {
    Group group = next;
    next = null;
    boolean open =
        group != null && (group.isCritical() ? pace.isOpenForCritical(now) : pace.isOpen(now));
    return group == null || !open ? Optional.empty() : tell(group, now);
  }

  private Optional<Notification> tell(Group group, Instant now) {
    List<Incident> news = new ArrayList<>();
    List<Incident> others = new ArrayList<>();
    for (Incident each : group.inOrder()) {
      boolean settled = each.isOver() || each.told.containsKey(sink) || each.tried.contains(sink);
      if (settled && news.size() < MAX_TOLD_AT_ONCE) {
        news.add(each);
      }
    }
    for (Incident each : group.firing) {
      if (news.size() + others.size() >= MAX_TOLD_AT_ONCE) {
        break;
      }
      if (each.told.containsKey(sink) && !group.news.containsKey(each)) {
        others.add(each);
      }
    }
    if (news.isEmpty()) {
      return Optional.empty();
    }
    last = group;
    lastIsCritical = group.isCritical();
    pace.attempt(lastIsCritical, now);
    return Optional.of(Owed.notification(sink, news.get(0).groupKey(), news, others, now));
  }

  @Override
  public void told(Incident incident, Instant now) {
    if (incident.key.rule() == AlertRule.UNKNOWN_NODES) {
      toldOfStrangers = now;
    }
  }

  @Override
  public void answered(@Nullable DeliveryException failure, Instant now) {
    criticalFailed = failure != null && lastIsCritical;
    if (failure == null) {
      pace.succeeded();
    } else {
      pace.failed(failure.retryAfter().orElse(Duration.ZERO), now);
      if (last != null) {
        // What a receiver cannot take must not keep the rest from it.
        last.turn = now;
      }
    }
  }

  @Override
  public void moved(Duration by) {
    for (Group each : groups.values()) {
      each.news.replaceAll((incident, since) -> since.plus(by));
      each.turn = Moved.moved(each.turn, by);
    }
    toldOfStrangers = Moved.movedOrNull(toldOfStrangers, by);
  }

  @Override
  public boolean isFailing() {
    return pace.isFailing();
  }

  @Override
  public int waiting() {
    return waiting;
  }
}
