package fil.heartbeat.alert.state;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertLabels;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.Condition;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.history.ResolvedRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All alerts, and the only place where they begin, change and end. */
public final class AlertTable {

  /**
   * The most alerts of networks and the aggregator, counted apart so that node alerts do not crowd
   * them out.
   */
  static final int MAX_OTHER_ALERTS = 1_000;

  /** How long a resolved alert waits for its sinks. */
  static final Duration MAX_WAIT = Duration.ofHours(24);

  /** How often the text of a lasting alert is brought up to date. */
  static final Duration READ_AGAIN = Duration.ofMinutes(1);

  public static final String TOO_MANY = "too-many";
  static final String EXPIRED = "expired";

  private final AlertBounds bounds;
  private final Map<AlertKey, AlertRecord> live = new LinkedHashMap<>();
  private final Map<String, Integer> liveByPeer = new HashMap<>();
  private final Map<String, AlertRecord> byId = new HashMap<>();
  private final Set<AlertRecord> resolved = new LinkedHashSet<>();
  private final Set<AlertRecord> touched = new LinkedHashSet<>();
  private final Set<AlertRecord> unsaved = new LinkedHashSet<>();
  private final Set<String> gone = new LinkedHashSet<>();
  private final List<ResolvedRow> history = new ArrayList<>();
  private final Map<String, Long> dropped = new TreeMap<>();
  private int ofNodes;
  private int others;
  private boolean overflowed;

  /** An empty table. */
  public AlertTable(AlertBounds bounds) {
    this.bounds = bounds;
  }

  public @Nullable AlertRecord live(AlertKey key) {
    return live.get(key);
  }

  public boolean isFiring(AlertRule rule, String subject) {
    AlertRecord found = live.get(new AlertKey(rule, subject));
    return found != null && found.isFiring();
  }

  public boolean isLive(AlertRule rule, String subject) {
    return live.containsKey(new AlertKey(rule, subject));
  }

  public boolean hasLive(String peerId) {
    return liveByPeer.containsKey(peerId);
  }

  public @Nullable AlertRecord byId(String id) {
    return byId.get(id);
  }

  public Collection<AlertRecord> live() {
    return live.values();
  }

  public Collection<AlertRecord> resolved() {
    return resolved;
  }

  /** Applies the result of a rule; does nothing when there is no alert and none begins. */
  public void step(
      AlertKey key,
      RuleResult result,
      AlertsConfig.Rule rule,
      Duration keepFiringFor,
      boolean warming,
      Instant now) {
    AlertRecord record = live.get(key);
    if (record == null) {
      if (result.condition() != Condition.TRUE || !hasRoom(key)) {
        return;
      }
      Instant since = result.since().isAfter(now) ? now : result.since();
      Lifecycle begun = Lifecycle.pending(since);
      record =
          new AlertRecord(
              key,
              result.network(),
              result.group(),
              begun,
              severity(rule, begun, result.least(), now),
              result.text().get());
      record.labels(labels(key, result, rule, record.severity()));
      add(record);
    }
    Lifecycle before = record.lifecycle();
    Lifecycle next =
        before.next(
            result.condition(),
            new Lifecycle.Timing(
                rule.hold().orElse(key.rule().hold()),
                result.notBefore(),
                !warming || key.rule().firesWhileWarming(),
                keepFiringFor),
            now);
    if (next == null) {
      drop(record);
      return;
    }
    if (next.status() == AlertStatus.RESOLVED) {
      end(record, next);
      return;
    }
    boolean fired = before.status() != next.status();
    Severity least = result.least() == null ? record.severity() : result.least();
    Severity severity = severity(rule, next, least, now);
    if (result.condition() == Condition.TRUE && (fired || severity != record.severity())) {
      record.text(result.text().get());
    } else if (result.condition() == Condition.TRUE) {
      update(record, result, now);
    }
    // After the text, which a rule may fail to find: the alert is then the same as before.
    record.lifecycle(next);
    if (fired || severity != record.severity()) {
      record.severity(
          severity,
          fired ? labels(key, result, rule, severity) : withSeverity(record.labels(), severity));
      touched.add(record);
    }
    if (!next.equals(before) || touched.contains(record)) {
      changed(record);
    }
  }

  /**
   * What nodes report goes on changing while an alert lasts, and so does its text: in lists, on the
   * page and in repeated notifications. It sends none.
   */
  private void update(AlertRecord record, RuleResult result, Instant now) {
    if (record.rule().isOfOptionalMember() && record.readsAgain(READ_AGAIN, now)) {
      AlertText text = result.text().get();
      if (!text.equals(record.text())) {
        record.text(text);
        changed(record);
      }
    }
  }

  private static Severity severity(
      AlertsConfig.Rule rule, Lifecycle lifecycle, @Nullable Severity least, Instant now) {
    boolean late =
        rule.criticalAfter()
            .filter(after -> !lifecycle.activeAt().plus(after).isAfter(now))
            .isPresent();
    if (late) {
      return Severity.CRITICAL;
    }
    return least != null && least.compareTo(rule.severity()) > 0 ? least : rule.severity();
  }

  private static Map<String, String> labels(
      AlertKey key, RuleResult result, AlertsConfig.Rule rule, Severity severity) {
    Map<String, String> labels = new LinkedHashMap<>(rule.labels());
    labels.putAll(result.labels());
    labels.put(AlertLabels.ALERTNAME, key.rule().label());
    return withSeverity(labels, severity);
  }

  private static Map<String, String> withSeverity(Map<String, String> labels, Severity severity) {
    Map<String, String> with = new LinkedHashMap<>(labels);
    with.put(AlertLabels.SEVERITY, severity.label());
    return with;
  }

  private boolean hasRoom(AlertKey key) {
    if (!key.rule().isStored()) {
      return true;
    }
    boolean room = isOfNodes(key) ? ofNodes < bounds.nodeAlerts() : others < MAX_OTHER_ALERTS;
    if (!room) {
      drop(TOO_MANY);
      overflowed = true;
    }
    return room;
  }

  private static boolean isOfNodes(AlertKey key) {
    AlertRule.Subject subject = key.rule().subject();
    return subject == AlertRule.Subject.NODE || subject == AlertRule.Subject.MINER;
  }

  /** Whether an alert found no room earlier and there is some now; resets itself when called. */
  public boolean takeRoom() {
    boolean room = overflowed && ofNodes < bounds.nodeAlerts();
    overflowed &= !room;
    return room;
  }

  /**
   * Lets a live alert go on as one about another subject, of which there is none; not of a node.
   */
  public void move(AlertRecord record, AlertKey to, Map<String, String> whilePending) {
    drop(record);
    record.about(to, whilePending);
    add(record);
    touched.add(record);
    changed(record);
  }

  /** Ends an alert whose rule or subject was removed; a pending alert leaves no trace. */
  public void end(AlertRecord record, Instant now) {
    if (record.isFiring()) {
      end(record, record.lifecycle().end(now));
    } else {
      drop(record);
    }
  }

  private void end(AlertRecord record, Lifecycle lifecycle) {
    record.lifecycle(lifecycle);
    remove(record);
    touched.add(record);
    if (!record.rule().isStored()) {
      byId.remove(record.id(), record);
      return;
    }
    resolved.add(record);
    changed(record);
    Alert alert = record.alert();
    Instant startsAt = alert.startsAt();
    Instant endsAt = alert.endsAt();
    if (startsAt != null && endsAt != null) {
      history.add(
          new ResolvedRow(
              alert.id(),
              alert.rule().label(),
              alert.severity().label(),
              alert.peerId(),
              startsAt,
              endsAt,
              alert.summary(),
              AlertCodec.alert(record)));
    }
  }

  private void drop(AlertRecord record) {
    remove(record);
    byId.remove(record.id(), record);
  }

  private void add(AlertRecord record) {
    live.put(record.key(), record);
    byId.put(record.id(), record);
    String peerId = record.key().peerId();
    if (peerId != null) {
      liveByPeer.merge(peerId, 1, Integer::sum);
    }
    if (isOfNodes(record.key())) {
      ofNodes++;
    } else if (record.rule().isStored()) {
      others++;
    }
  }

  private void remove(AlertRecord record) {
    if (live.remove(record.key(), record)) {
      String peerId = record.key().peerId();
      if (peerId != null) {
        liveByPeer.computeIfPresent(peerId, (id, count) -> count == 1 ? null : count - 1);
      }
      if (isOfNodes(record.key())) {
        ofNodes--;
      } else if (record.rule().isStored()) {
        others--;
      }
    }
  }

  /** Adds a stored alert; false when there is no room. */
  public boolean restore(AlertRecord record) {
    if (record.isResolved()) {
      resolved.add(record);
      byId.put(record.id(), record);
    } else if (record.isFiring() && !live.containsKey(record.key()) && hasRoom(record.key())) {
      add(record);
    } else {
      return false;
    }
    touched.add(record);
    return true;
  }

  /** Marks an alert to be stored again; a pending one is not stored. */
  public void changed(AlertRecord record) {
    if (record.status() != AlertStatus.PENDING && record.rule().isStored()) {
      unsaved.add(record);
    }
  }

  public void touch(AlertRecord record) {
    touched.add(record);
  }

  public Set<AlertRecord> takeTouched() {
    Set<AlertRecord> taken = new LinkedHashSet<>(touched);
    touched.clear();
    return taken;
  }

  /** Removes a resolved alert that every sink was notified of, or never will be. */
  public void release(AlertRecord record) {
    resolved.remove(record);
    byId.remove(record.id(), record);
    unsaved.remove(record);
    if (record.rule().isStored()) {
      gone.add(record.id());
    }
  }

  /** Resolved alerts that waited too long or exceed the limit; they will not be sent any more. */
  public List<AlertRecord> expired(Instant now) {
    List<AlertRecord> expired = new ArrayList<>(0);
    int tooMany = resolved.size() - bounds.resolved();
    for (AlertRecord each : resolved) {
      Instant endsAt = each.lifecycle().endsAt();
      boolean old = endsAt == null || !endsAt.plus(MAX_WAIT).isAfter(now);
      if (old || expired.size() < tooMany) {
        drop(old ? EXPIRED : TOO_MANY);
        expired.add(each);
      }
    }
    return expired;
  }

  public void drop(String reason) {
    dropped.merge(reason, 1L, Long::sum);
  }

  public Map<String, Long> dropped() {
    return Map.copyOf(dropped);
  }

  /** Adjusts stored times after the clock was set. */
  public void moved(Duration by) {
    List<AlertRecord> all = new ArrayList<>(live.values());
    all.addAll(resolved);
    for (AlertRecord each : all) {
      each.moved(by);
      changed(each);
      touched.add(each);
    }
  }

  /** Marks everything to be stored again. */
  public void saveAll() {
    live.values().stream()
        .filter(each -> each.status() != AlertStatus.PENDING && each.rule().isStored())
        .forEach(unsaved::add);
    unsaved.addAll(resolved);
  }

  /** The ids of alerts to be stored again; null deletes the entry. */
  public Map<String, @Nullable AlertRecord> takeChanges() {
    Map<String, @Nullable AlertRecord> taken = new LinkedHashMap<>();
    gone.forEach(id -> taken.put(id, null));
    unsaved.forEach(each -> taken.put(each.id(), each));
    gone.clear();
    unsaved.clear();
    return taken;
  }

  public List<ResolvedRow> takeResolved() {
    List<ResolvedRow> taken = List.copyOf(history);
    history.clear();
    return taken;
  }
}
