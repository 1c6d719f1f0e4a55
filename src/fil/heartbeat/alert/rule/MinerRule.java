package fil.heartbeat.alert.rule;

import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.Condition;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Detects that a node claims another miner address than before. */
final class MinerRule {

  /** How long it fires; after that the new address is the known one. */
  public static final Duration LASTS = Duration.ofMinutes(10);

  private MinerRule() {}

  /**
   * Whether the address has changed. A beat without one proves nothing: its source fails at times.
   *
   * @param startsAt since when the rule fires; null when it does not
   */
  public static Condition holds(NodeTracking node, @Nullable Instant startsAt, Instant now) {
    String claimed = node.node.claims().minerAddress();
    if (claimed == null || claimed.isEmpty()) {
      return Condition.UNKNOWN;
    }
    boolean old = startsAt != null && !startsAt.plus(LASTS).isAfter(now);
    if (node.knownMiner == null || old) {
      node.knownMiner = claimed;
    }
    return Condition.of(!claimed.equals(node.knownMiner));
  }

  public static AlertText text(NodeTracking node) {
    return new AlertText(
        node.node.shownName() + " claims another miner address",
        node.node.claims().minerAddress() + " instead of " + node.knownMiner);
  }
}
