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
      chain(report, subject);
      extended(report, subject, AlertRule.FINALITY_LAG, FinalityRules.lag(report));
      extended(
          report,
          subject,
          AlertRule.FINALITY_CONFLICT,
          FinalityRules.conflict(report, this::nameOf));
      extended(report, subject, AlertRule.VERSION_SPREAD, FinalityRules.versions(report));
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

  private void chain(NetworkReport report, String subject) {
    Instant now = steps.now();
    boolean warming = steps.warming();
    BlockTracker tracker = blocks.computeIfAbsent(subject, ignored -> new BlockTracker());
    tracker.take(report, now);
    steps.other(
        AlertRule.FLEET_FORKED,
        subject,
        steps.config().hold(AlertRule.FLEET_FORKED),
        ofNetwork(
            report,
            warming ? Condition.UNKNOWN : NetworkRules.fleetForked(report),
            now,
            NetworkRules.forkedText(report)));
    steps.other(
        AlertRule.CONSENSUS_LOST,
        subject,
        NetworkRules.consensusHold(steps.config().rule(AlertRule.CONSENSUS_LOST).hold(), report),
        ofNetwork(
            report,
            warming
                ? Condition.UNKNOWN
                : NetworkRules.consensusLost(report, () -> nodes.voters(report)),
            now,
            NetworkRules.lostText(report)));
    Duration stalled = steps.config().hold(AlertRule.NETWORK_STALLED);
    Instant since = tracker.since(report, now);
    steps.other(
        AlertRule.NETWORK_STALLED,
        subject,
        stalled,
        ofNetwork(
            report,
            warming || !nodes.hears(report)
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

  private void extended(NetworkReport report, String subject, AlertRule rule, Outcome found) {
    Outcome outcome = steps.warming() ? Outcome.UNKNOWN : found;
    AlertRecord live = steps.table().live(new AlertKey(rule, subject));
    boolean missing = outcome.condition() == Condition.UNKNOWN && NetworkRules.isHeard(report);
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
