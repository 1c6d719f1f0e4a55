package fil.heartbeat.alert.rule;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.Condition;
import fil.heartbeat.alert.state.AlertKey;
import fil.heartbeat.alert.state.AlertRecord;
import fil.heartbeat.alert.state.RuleResult;
import fil.heartbeat.fleet.NetworkReport;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Evaluates the rules about networks. */
final class NetworkJudge {
  private final AlertSteps steps;
  private final NodeTracker nodes;
  private final Map<String, BlockTracker> blocks = new HashMap<>();

  NetworkJudge(AlertSteps steps, NodeTracker nodes) {
    this.steps = steps;
    this.nodes = nodes;
  }

  /** Adjusts stored times after the clock was set. */
  void moved(Duration by) {
    blocks.values().forEach(tracker -> tracker.moved(by));
  }

  void observe(List<NetworkReport> reports) {
    Set<String> present = new HashSet<>();
    for (NetworkReport report : reports) {
      String network = NetworkRules.key(report);
      String subject = network == null ? "" : network;
      present.add(subject);
      BlockTracker tracker = blocks.computeIfAbsent(subject, ignored -> new BlockTracker());
      guarded(AlertRule.FLEET_FORKED, subject, () -> forked(report, subject));
      guarded(AlertRule.CONSENSUS_LOST, subject, () -> lost(report, subject));
      guarded(AlertRule.NETWORK_STALLED, subject, () -> stalled(report, subject, tracker));
      extended(report, subject, AlertRule.FINALITY_LAG, FinalityRules::lag);
      extended(
          report,
          subject,
          AlertRule.FINALITY_CONFLICT,
          each -> FinalityRules.conflict(each, this::nameOf));
      extended(report, subject, AlertRule.VERSION_SPREAD, FinalityRules::versions);
    }
    blocks.keySet().retainAll(present);
    if (!steps.warming()) {
      steps.table().live().stream()
          .filter(each -> each.rule().subject() == AlertRule.Subject.NETWORK)
          .filter(each -> !present.contains(each.key().subject()))
          .toList()
          .forEach(each -> steps.table().end(each, steps.now()));
    }
  }

  private void guarded(AlertRule rule, String subject, Runnable part) {
    steps.guard().run(rule.label(), subject, part);
  }

  private void forked(NetworkReport report, String subject) {
    steps.other(
        AlertRule.FLEET_FORKED,
        subject,
        steps.config().hold(AlertRule.FLEET_FORKED),
        ofNetwork(
            report,
            steps.warming() ? Condition.UNKNOWN : NetworkRules.fleetForked(report),
            steps.now(),
            NetworkRules.forkedText(report)));
  }

  private void lost(NetworkReport report, String subject) {
    steps.other(
        AlertRule.CONSENSUS_LOST,
        subject,
        NetworkRules.consensusHold(steps.config().rule(AlertRule.CONSENSUS_LOST).hold(), report),
        ofNetwork(
            report,
            steps.warming()
                ? Condition.UNKNOWN
                : NetworkRules.consensusLost(report, () -> nodes.voters(report)),
            steps.now(),
            NetworkRules.lostText(report)));
  }

  private void stalled(NetworkReport report, String subject, BlockTracker tracker) {
    Instant now = steps.now();
    tracker.take(report, now);
    Duration stalled = steps.config().hold(AlertRule.NETWORK_STALLED);
    Instant since = tracker.since(report, now);
    steps.other(
        AlertRule.NETWORK_STALLED,
        subject,
        stalled,
        ofNetwork(
            report,
            steps.warming() || !nodes.hears(report)
                ? Condition.UNKNOWN
                : tracker.stalled(report, stalled, now),
            since,
            NetworkRules.stalledText(report, since)));
  }

  private static RuleResult ofNetwork(
      NetworkReport report, Condition condition, Instant since, AlertText text) {
    String network = NetworkRules.key(report);
    return new RuleResult(
        condition,
        network,
        group(report),
        RuleBook.labels(network),
        since,
        Instant.MIN,
        () -> text);
  }

  private static @Nullable String group(NetworkReport report) {
    String network = NetworkRules.key(report);
    return report.network() == null && network != null ? AlertRecord.OTHER : network;
  }

  private void extended(
      NetworkReport report,
      String subject,
      AlertRule rule,
      Function<NetworkReport, Outcome> check) {
    guarded(rule, subject, () -> apply(report, subject, rule, check.apply(report)));
  }

  private void apply(NetworkReport report, String subject, AlertRule rule, Outcome found) {
    Outcome outcome = steps.warming() ? Outcome.UNKNOWN : found;
    AlertRecord live = steps.table().live(new AlertKey(rule, subject));
    // A lag that is reported may be unknown too: to a restarted aggregator, while it is large.
    boolean told = rule == AlertRule.FINALITY_LAG && report.extended().finality().lag() != null;
    boolean missing =
        outcome.condition() == Condition.UNKNOWN && !told && NetworkRules.isHeard(report);
    if (live != null && steps.endsUntold(live, missing)) {
      return;
    }
    String network = NetworkRules.key(report);
    steps.other(
        rule,
        subject,
        steps.config().hold(rule),
        steps.result(outcome, network, group(report), RuleBook.labels(network)));
  }

  /** Returns the name of a node; a text that is no peer id of one stays. */
  private String nameOf(String peerId) {
    NodeTracking node = nodes.find(peerId);
    return node == null ? peerId : node.node.shownName();
  }
}
