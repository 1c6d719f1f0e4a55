package fil.heartbeat.alert.rule;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.AlertText;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A node with too few peers. */
final class PeersRule {

  /** A node needs this long after its start to find peers. */
  static final Duration START = Duration.ofMinutes(10);

  private PeersRule() {}

  /**
   * Returns when a node may become isolated although it reports nothing new; null when it will not.
   *
   * @param limit at which or fewer peers a node is isolated
   */
  static @Nullable Instant again(Node node, int limit, Instant now) {
    Integer peers = node.extras().peers();
    Instant started = node.extras().startTime();
    if (peers == null || peers > limit || started == null) {
      return null;
    }
    Instant until = started.plus(START);
    return until.isAfter(now) ? until : null;
  }

  /**
   * @param limit at which or fewer peers a node is isolated
   */
  static Outcome of(Node node, int limit, Instant now) {
    Integer peers = node.extras().peers();
    if (peers == null) {
      return Outcome.UNKNOWN;
    }
    if (peers > limit) {
      return Outcome.FALSE;
    }
    Instant started = node.extras().startTime();
    if (started != null && started.plus(START).isAfter(now)) {
      return Outcome.UNKNOWN;
    }
    return Outcome.holds(
        () ->
            new AlertText(
                node.shownName()
                    + (peers == 0
                        ? " has no peers"
                        : " has only " + peers + (peers == 1 ? " peer" : " peers")),
                "Blocks and messages reach it late or never. Look at its firewall, its port and its"
                    + " bootstrap peers; the limit is "
                    + limit
                    + " (alerts.limits.peers)"));
  }
}
