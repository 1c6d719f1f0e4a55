package fil.heartbeat.alert;

import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.alert.model.Acknowledgement;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Silence;
import fil.heartbeat.alert.notify.Dispatcher;
import fil.heartbeat.alert.rule.FlapRule;
import fil.heartbeat.alert.rule.IsolationRule;
import fil.heartbeat.alert.rule.NodeTracker;
import fil.heartbeat.alert.rule.RuleEvaluator;
import fil.heartbeat.alert.state.AlertBounds;
import fil.heartbeat.alert.state.AlertKey;
import fil.heartbeat.alert.state.AlertRecord;
import fil.heartbeat.alert.state.AlertTable;
import fil.heartbeat.alert.state.Silences;
import fil.heartbeat.alert.state.Suppression;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.history.AlertStore;
import fil.heartbeat.history.ResolvedRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Rules, alerts and queues as one state machine. No I/O and no clock: each call gets the time.
 * Owned by one thread.
 *
 * <p>Once a second: {@link #observe}, store {@link #takeChanges}, then send each sink its {@link
 * #next} notification. The observation prepares that notification, so it is stored before it is
 * sent; one that was sent but not confirmed before a crash is sent again, and none is lost.
 */
final class AlertEngine {
  private static final List<AlertRule> REPEATED =
      Arrays.stream(AlertRule.values()).filter(rule -> rule.repeat().isPresent()).toList();

  private final AlertTable table;
  private final FlapRule flaps = new FlapRule();
  private final IsolationRule isolation = new IsolationRule();
  private final Silences silences = new Silences();
  private final Suppression suppression;
  private final RuleEvaluator evaluator;
  private final Dispatcher dispatcher;
  private final AlertStateStore store;
  private List<String> degraded = List.of();

  /**
   * @param restored the entries stored before a restart; unreadable ones are counted and left out
   */
  AlertEngine(AlertsConfig config, List<AlertStore.Entry> restored, Instant now) {
    this(config, AlertBounds.DEFAULT, restored, now);
  }

  /**
   * @param restored the entries stored before a restart; unreadable ones are counted and left out
   */
  AlertEngine(
      AlertsConfig config, AlertBounds bounds, List<AlertStore.Entry> restored, Instant now) {
    table = new AlertTable(bounds);
    NodeTracker nodes = new NodeTracker(config.rules().monitorAfter(), flaps, isolation);
    suppression = new Suppression(config, table, silences);
    evaluator = new RuleEvaluator(config, table, nodes, flaps, isolation);
    dispatcher = new Dispatcher(config, table);
    store = new AlertStateStore(table, silences, flaps, isolation, evaluator);
    this.store.restore(restored);
    refresh(now);
  }

  /** Applies another configuration. Alerts that it removes are resolved at the next observation. */
  void config(AlertsConfig next, Instant now) {
    evaluator.config(next);
    suppression.config(next);
    dispatcher.config(next);
    refresh(now);
  }

  private void refresh(Instant now) {
    List<AlertRecord> all = new ArrayList<>(table.live());
    all.addAll(table.resolved());
    for (AlertRecord each : all) {
      dispatcher.forgetSinks(each);
      table.touch(each);
    }
    update(now);
  }

  /** Why the aggregator is degraded, as of the last observation. */
  List<String> degraded() {
    return degraded;
  }

  /**
   * Evaluates the latest state of the fleet; called each second.
   *
   * @param why the aggregator is degraded, one line per reason; empty when it is not
   * @param deadPeers names of {@code alerts.peers} that do not answer
   * @param certificateExpires when the certificate of the HTTP server expires; empty without one
   */
  void observe(
      Changes changes,
      List<String> why,
      List<String> deadPeers,
      Optional<Instant> certificateExpires,
      Instant now) {
    evaluator.observe(changes, why, deadPeers, certificateExpires, now);
    List<String> all = new ArrayList<>(why);
    all.addAll(evaluator.faults());
    degraded = List.copyOf(all);
    for (AlertRule rule : REPEATED) {
      AlertRecord record = table.live(new AlertKey(rule, ""));
      if (record != null) {
        table.touch(record);
      }
    }
    update(now);
    dispatcher.sweep();
    dispatcher.expire(table.expired(now));
    dispatcher.prepare(changes.overview().warming(), now);
  }

  /**
   * Adjusts stored times after the clock was set, so that durations stay the same.
   *
   * @param now the time before the adjustment
   */
  void moved(Duration by, Instant now) {
    table.moved(by);
    silences.moved(by, now);
    evaluator.moved(by);
    dispatcher.moved(by);
  }

  /** Routes changed alerts, computes suppression again, and passes all changes to the queues. */
  private void update(Instant now) {
    Set<AlertRecord> touched = table.takeTouched();
    touched.forEach(dispatcher::route);
    touched.addAll(suppression.update(touched, now));
    touched.forEach(each -> dispatcher.update(each, now));
  }

  /** Pending and firing alerts, and resolved ones that some sink is still to be notified of. */
  List<Alert> alerts() {
    return Stream.concat(table.live().stream(), table.resolved().stream())
        .filter(each -> each.rule().listed() != AlertRule.Listed.TO_NOBODY)
        .map(AlertRecord::alert)
        .toList();
  }

  /** Acknowledges an alert. Empty when no alert with this id fires. */
  Optional<Alert> acknowledge(String id, String by, String comment, Instant now) {
    AlertRecord record = table.byId(id);
    if (record == null || !record.isFiring()) {
      return Optional.empty();
    }
    record.acknowledge(new Acknowledgement(Silences.cut(by), now, Silences.cut(comment)));
    table.changed(record);
    return Optional.of(record.alert());
  }

  /**
   * Adds a silence.
   *
   * @throws IllegalArgumentException when it ends before it starts, or later than a year after
   * @throws IllegalStateException when there are too many
   */
  Silence addSilence(
      Selector select,
      Instant startsAt,
      Instant endsAt,
      String author,
      String comment,
      Instant now) {
    Silence silence = silences.add(select, startsAt, endsAt, author, comment, now);
    suppression.add(silence);
    update(now);
    return silence;
  }

  /** Ends a silence now. False when no active or future silence has this id. */
  boolean expireSilence(String id, Instant now) {
    Silence expired = silences.end(id, now);
    if (expired == null) {
      return false;
    }
    suppression.end(expired);
    update(now);
    return true;
  }

  /** Active and future silences, and those that ended within the last day. */
  List<Silence> silences(Instant now) {
    return silences.list(now);
  }

  /** Marks everything as changed, after the store has lost its content. */
  void saveAll() {
    store.saveAll();
  }

  /** The entries that changed since the last call and are to be stored. */
  List<AlertStore.Entry> takeChanges() {
    return store.takeChanges();
  }

  /** Alerts resolved since the last call, for the history. */
  List<ResolvedRow> takeResolved() {
    return table.takeResolved();
  }

  /**
   * The next notification for a sink, at most one per observation; empty while one is in flight to
   * it. Each must be followed by {@link #delivered} or {@link #failed}.
   */
  Optional<Notification> next(String sink, Instant now) {
    return dispatcher.next(sink, now);
  }

  /** Records that the sink confirmed the notification. */
  void delivered(Notification notification, Instant now) {
    dispatcher.answered(notification, null, now);
  }

  /** Records that the sink was not reached, or did not confirm. */
  void failed(Notification notification, DeliveryException cause, Instant now) {
    dispatcher.answered(notification, cause, now);
  }

  /** The number of alerts that a sink is still to be notified of. */
  int waiting(String sink) {
    return dispatcher.waiting(sink);
  }

  /**
   * Alerts and entries that were not stored or not sent since the start, by reason.
   *
   * @return {@code too-many}, {@code expired}, {@code unreadable}; only reasons that occurred
   */
  Map<String, Long> dropped() {
    return table.dropped();
  }
}
