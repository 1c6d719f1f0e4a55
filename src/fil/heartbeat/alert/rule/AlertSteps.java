package fil.heartbeat.alert.rule;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.Condition;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.alert.state.AlertKey;
import fil.heartbeat.alert.state.AlertRecord;
import fil.heartbeat.alert.state.AlertTable;
import fil.heartbeat.alert.state.RuleResult;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.fleet.Moved;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Applies results of rules to the alerts, with the present configuration. Mutable. */
final class AlertSteps {
  private final AlertTable table;
  private final Untold untold = new Untold();
  private final RuleGuard guard = new RuleGuard();
  private AlertsConfig config;
  private RuleBook book;
  private boolean warming;
  private Instant now = Instant.MIN;

  AlertSteps(AlertsConfig config, AlertTable table) {
    this.config = config;
    this.book = new RuleBook(config);
    this.table = table;
  }

  void config(AlertsConfig next) {
    config = next;
    book = new RuleBook(next);
  }

  void at(Instant time) {
    now = time;
  }

  void warming(boolean next) {
    warming = next;
  }

  void moved(Duration by) {
    now = Moved.moved(now, by);
    untold.moved(by);
    guard.moved(by);
  }

  AlertsConfig config() {
    return config;
  }

  AlertTable table() {
    return table;
  }

  RuleGuard guard() {
    return guard;
  }

  boolean warming() {
    return warming;
  }

  Instant now() {
    return now;
  }

  /** Returns the rule if it is on for a node. */
  Optional<AlertsConfig.Rule> of(AlertRule rule, NodeTracking node) {
    return book.of(rule, node);
  }

  /** Applies a rule about a node. */
  void node(NodeTracking node, @Nullable AlertRecord live, AlertRule rule, RuleResult result) {
    if (live == null && result.condition() != Condition.TRUE) {
      return;
    }
    Optional<AlertsConfig.Rule> settings = book.of(rule, node);
    if (settings.isPresent()) {
      AlertKey key = live == null ? new AlertKey(rule, node.peerId()) : live.key();
      step(key, result, settings.get());
    } else if (live != null) {
      table.end(live, now);
    }
  }

  /** Applies a rule about this aggregator. */
  void aggregator(AlertRule rule, Condition condition, Instant since, AlertText text) {
    other(rule, "", config.hold(rule), RuleResult.of(condition, Map.of(), since, text));
  }

  /** Applies a rule that is not about a node. */
  void other(AlertRule rule, String subject, Duration hold, RuleResult result) {
    AlertKey key = new AlertKey(rule, subject);
    AlertRecord live = table.live(key);
    if (live == null && result.condition() != Condition.TRUE) {
      return;
    }
    Optional<AlertsConfig.Rule> settings = book.of(rule, result.labels());
    if (settings.isPresent()) {
      step(key, result, RuleBook.held(settings.get(), hold));
    } else if (live != null) {
      table.end(live, now);
    }
  }

  private void step(AlertKey key, RuleResult result, AlertsConfig.Rule rule) {
    table.step(key, result, rule, config.rules().keepFiringFor(), warming, now);
  }

  /** Returns the result of a rule about optional members. */
  RuleResult result(
      Outcome outcome,
      @Nullable String network,
      @Nullable String group,
      Map<String, String> labels) {
    Severity least = outcome.critical() ? Severity.CRITICAL : Severity.INFO;
    Instant since = outcome.since();
    return new RuleResult(
        outcome.condition(),
        network,
        group,
        labels,
        since == null ? now : since,
        Instant.MIN,
        outcome.condition() == Condition.TRUE ? least : null,
        outcome.text());
  }

  /**
   * Ends a firing alert whose member has been missing for too long; whether it did.
   *
   * @param missing whether the member is missing now although its node beats
   */
  boolean endsUntold(AlertRecord live, boolean missing) {
    if (!untold.isOver(live.key(), missing && !warming && live.isFiring(), now)) {
      return false;
    }
    AlertText text = live.text();
    String detail = text.detail() == null ? "" : text.detail() + ". ";
    live.text(
        new AlertText(text.summary(), detail + "Not reported for an hour, so this alert ends"));
    table.end(live, now);
    return true;
  }

  /** Drops what is kept about ended alerts. */
  void sweep() {
    untold.retain(key -> table.live(key) != null);
  }

  Condition unlessWarming(boolean holds) {
    return !holds && warming ? Condition.UNKNOWN : Condition.of(holds);
  }
}
