package fil.heartbeat.aggregator;

import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.fleet.FinalizedTipsets;
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
  private final String name;
  private TipsetKey finalizedKey = TipsetKey.EMPTY;
  private @Nullable NetworkState network;
  private long finalized = -1;
  private long height = -1;
  private long readAtNanos;

  /**
   * @param name by which it appears beside nodes
   */
  ReferenceNode(String name) {
    this.name = FinalizedTipsets.reference(name);
  }

  String name() {
    return name;
  }

  void answered(Answer answer, NetworkState of, Moment now) {
    if (network != null && network != of) {
      withdraw();
    }
    network = of;
    readAtNanos = now.nanos();
    height = answer.height();
    long ceiling = of.ceiling(now.at());
    boolean unused = of.head(heads, answer.height(), answer.head(), ceiling, now);
    // What it does not say now is not repeated for it, else a conflict with it never ends.
    finalizedKey = answer.finalizedKey();
    finalized = finalizedKey.isEmpty() ? -1 : answer.finalizedHeight();
    if (!finalizedKey.isEmpty()) {
      boolean unusedToo = of.head(finals, finalized, finalizedKey, ceiling, now);
    }
  }

  void withdraw() {
    if (network != null) {
      network.ledger.forget(heads);
      network.ledger.forget(finals);
      network.finalized.forget(name);
      network = null;
      finalized = -1;
      finalizedKey = TipsetKey.EMPTY;
    }
  }

  boolean speaksOf(NetworkState of, Moment now) {
    return network == of && now.nanos() - readAtNanos < STALE.toNanos();
  }

  /** Returns the height of its head, plausible or not; -1 before the first answer. */
  long height() {
    return height;
  }

  /** Returns the finalized tipset of its last answer; empty when that had none. */
  TipsetKey finalizedKey() {
    return finalizedKey;
  }

  /** Returns the finalized height of its last answer; -1 when that had none. */
  long finalized() {
    return finalized;
  }
}
