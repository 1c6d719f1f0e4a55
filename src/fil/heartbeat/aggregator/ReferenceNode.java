package fil.heartbeat.aggregator;

import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.fleet.NodeHeads;
import fil.heartbeat.fleet.Standing;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An independent node that is polled for its head: not a member of the fleet, and without a vote.
 */
final class ReferenceNode {

  /** A reference whose last answer is older than this is ignored. */
  private static final Duration STALE = Duration.ofMinutes(2);

  /**
   * The answer of a reference.
   *
   * @param genesis CID text; null when not known
   * @param finalizedKey the finalized tipset; empty when it does not report one
   */
  record Answer(
      @Nullable String genesis,
      TipsetKey head,
      long height,
      TipsetKey finalizedKey,
      long finalizedHeight) {}

  final NodeHeads heads = new NodeHeads(Standing.REFERENCE);
  final NodeHeads finals = new NodeHeads(Standing.REFERENCE);
  private @Nullable NetworkState network;
  private long finalized = -1;
  private long height = -1;
  private long readAtNanos;

  void answered(Answer answer, NetworkState of, Moment now) {
    if (network != null && network != of) {
      withdraw();
    }
    network = of;
    readAtNanos = now.nanos();
    height = answer.height();
    long ceiling = of.ceiling(now.at());
    of.head(heads, answer.height(), answer.head(), ceiling, now);
    if (!answer.finalizedKey().isEmpty()) {
      of.head(finals, answer.finalizedHeight(), answer.finalizedKey(), ceiling, now);
      finalized = answer.finalizedHeight();
    }
  }

  void withdraw() {
    if (network != null) {
      network.ledger.forget(heads);
      network.ledger.forget(finals);
      network = null;
      finalized = -1;
    }
  }

  boolean speaksOf(NetworkState of, Moment now) {
    return network == of && now.nanos() - readAtNanos < STALE.toNanos();
  }

  /** Returns the height of its head, plausible or not; -1 before the first answer. */
  long height() {
    return height;
  }

  /** Returns the highest finalized height; -1 when it does not report one. */
  long finalized() {
    return finalized;
  }
}
