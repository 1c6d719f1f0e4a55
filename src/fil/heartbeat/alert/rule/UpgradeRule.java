package fil.heartbeat.alert.rule;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.fleet.Findings;
import fil.heartbeat.text.Moments;
import java.time.Duration;
import java.time.Instant;

/** A node that is not ready for a network upgrade that others know. */
final class UpgradeRule {

  /** How long before the upgrade it becomes critical. */
  static final Duration NOTICE = Duration.ofHours(24);

  private UpgradeRule() {}

  static Outcome of(Node node, Instant now) {
    Findings.Missing missing = node.findings().missing();
    if (missing == null) {
      return switch (node.findings().compared()) {
        case YES, TOO_FEW_AGREE -> Outcome.FALSE;
        case NO, TOO_FEW -> Outcome.UNKNOWN;
      };
    }
    Instant at = missing.at();
    boolean critical =
        missing.passed() || (at != null && Duration.between(now, at).compareTo(NOTICE) < 0);
    return Outcome.holds(critical, () -> text(node, missing, now));
  }

  private static AlertText text(Node node, Findings.Missing missing, Instant now) {
    String upgrade = missing.name() + " at epoch " + missing.height();
    Instant at = missing.at();
    String version = node.extras().version() == null ? "" : ", now " + node.extras().version();
    if (missing.passed()) {
      return new AlertText(
          node.shownName() + " did not follow the upgrade " + upgrade,
          missing.known() + " others did. Update its program" + version + ", at once");
    }
    String when = at == null ? "" : ", " + Moments.span(Duration.between(now, at)) + " from now";
    return new AlertText(
        node.shownName() + " is not ready for the upgrade " + upgrade + when,
        missing.known()
            + " others know it. Update its program"
            + version
            + (at == null ? "" : ", before " + Moments.utc(at)));
  }
}
