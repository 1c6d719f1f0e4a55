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
 * Rules, alerts and queues as one machine. Pure: time comes in with each call. One owner thread.
 *
 * <p>Once a second: {@link #observe}, store {@link #takeChanges}, then send each sink what is
 * {@link #next}. The observation prepares what is next, so it is stored before it is sent; what was
 * sent and not confirmed before a crash is sent again, and nothing is lost.
 */
final class AlertEngine {
  private static final List<AlertRule> REPEATED =
      Arrays.stream(AlertRule.values()).filter(rule -> rule.repeat().isPresent()).toList();

  private final AlertTable table = new AlertTable();
  private final FlapRule flaps = new FlapRule();
  private final IsolationRule isolation = new IsolationRule();
  private final Silences silences = new Silences();
  private final Suppression suppression;
  private final RuleEvaluator evaluator;
  private final Dispatcher dispatcher;
  private final AlertStateStore store;
  private List<String> degraded = List.of();

  /**
   * @param restored what was stored before a restart; what cannot be read of it is counted and left
   *     out
   */
  AlertEngine(AlertsConfig config, List<AlertStore.Entry> restored, Instant now) {
    NodeTracker nodes = new NodeTracker(config.rules().monitorAfter(), flaps, isolation);
    suppression = new Suppression(config, table, silences);
    evaluator = new RuleEvaluator(config, table, nodes, flaps, isolation);
    dispatcher = new Dispatcher(config, table);
    store = new AlertStateStore(table, silences, flaps, isolation, evaluator);
    this.store.restore(restored);
    refresh(now);
  }

  /** Applies another configuration. What it ends is resolved at the next observation. */
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

  /** Why the aggregator is not well, as it was seen last. */
  List<String> degraded() {
    return degraded;
  }

  /**
   * Takes what is seen; to be called each second.
   *
   * @param why the aggregator is not well, one line each; empty when it is
   * @param deadPeers names of {@code alerts.peers} that do not answer
   * @param certificateExpires until when the certificate of the HTTP server is valid; empty without
   *     one
   */
  void observe(
      Changes changes,
      List<String> why,
      List<String> deadPeers,
      Optional<Instant> certificateExpires,
      Instant now) {
    degraded = List.copyOf(why);
    evaluator.observe(changes, degraded, deadPeers, certificateExpires, now);
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
   * The clock was set: how long ago things happened is as before.
   *
   * @param now before that
   */
  void moved(Duration by, Instant now) {
    table.moved(by);
    silences.moved(by, now);
    evaluator.moved(by);
    dispatcher.moved(by);
  }

  /** Routes what was touched, suppresses anew, and hands all that changed to the queues. */
  private void update(Instant now) {
    Set<AlertRecord> touched = table.takeTouched();
    touched.forEach(dispatcher::route);
    touched.addAll(suppression.update(touched, now));
    touched.forEach(each -> dispatcher.update(each, now));
  }

  /** Those pending and firing, and those resolved that some sink is still to be notified of. */
  List<Alert> alerts() {
    return Stream.concat(table.live().stream(), table.resolved().stream())
        .filter(each -> each.rule().listed() != AlertRule.Listed.TO_NOBODY)
        .map(AlertRecord::alert)
        .toList();
  }

  /** Says that somebody took it. Empty when there is no such alert that fires. */
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
   * Makes a silence.
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

  /** Ends a silence now. False when there is none that holds or is to come. */
  boolean expireSilence(String id, Instant now) {
    Silence expired = silences.end(id, now);
    if (expired == null) {
      return false;
    }
    suppression.end(expired);
    update(now);
    return true;
  }

  /** Those that hold or are to come, and those that ended within the last day. */
  List<Silence> silences(Instant now) {
    return silences.list(now);
  }

  /** The store lost its content: all of it is to be stored again. */
  void saveAll() {
    store.saveAll();
  }

  /** What changed since the last call and is to be stored. */
  List<AlertStore.Entry> takeChanges() {
    return store.takeChanges();
  }

  /** Alerts that were resolved since the last call, for the history. */
  List<ResolvedRow> takeResolved() {
    return table.takeResolved();
  }

  /**
   * What a sink is to be sent now, at most one thing for each observation; empty while one is under
   * way to it. Each one is to be answered by {@link #delivered} or {@link #failed}.
   */
  Optional<Notification> next(String sink, Instant now) {
    return dispatcher.next(sink, now);
  }

  /** The sink has confirmed it. */
  void delivered(Notification notification, Instant now) {
    dispatcher.answered(notification, null, now);
  }

  /** The sink was not reached, or did not confirm. */
  void failed(Notification notification, DeliveryException cause, Instant now) {
    dispatcher.answered(notification, cause, now);
  }

  /** How many alerts a sink is still to be notified of. */
  int waiting(String sink) {
    return dispatcher.waiting(sink);
  }

  /**
   * Ever, by reason: alerts and entries that were not stored or not sent.
   *
   * @return {@code too-many}, {@code expired}, {@code unreadable}; those that happened
   */
  Map<String, Long> dropped() {
    return table.dropped();
  }
}
