package fil.heartbeat.swarm;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * Whose beat is due. All nodes have one period, so their order round the ring never changes and one
 * hand that goes round it does for all of them. No clock of its own.
 */
final class BeatRing {

  /** Told what is due. */
  interface Sink {
    /** The node's beat is due now. */
    void due(VirtualNode node);

    /** So many beats of every node were due in a time when nobody looked. */
    void missed(long beatsOfEach);
  }

  private final long periodNanos;
  private final long startNanos;
  private final List<VirtualNode> nodes;
  private long round;
  private int hand;

  /**
   * @param startNanos when the first period begins
   */
  BeatRing(List<VirtualNode> nodes, Duration period, long startNanos) {
    this.periodNanos = period.toNanos();
    this.startNanos = startNanos;
    this.nodes = nodes.stream().sorted(Comparator.comparingDouble(VirtualNode::phase)).toList();
  }

  /** Tells all that became due since the last call; what is older than a period is missed. */
  void advance(long nowNanos, Sink sink) {
    long behind = (nowNanos - dueNanos()) / periodNanos;
    if (behind > 0) {
      round += behind;
      sink.missed(behind);
    }
    while (dueNanos() - nowNanos <= 0) {
      VirtualNode node = nodes.get(hand);
      hand++;
      if (hand == nodes.size()) {
        hand = 0;
        round++;
      }
      sink.due(node);
    }
  }

  private long dueNanos() {
    return startNanos + round * periodNanos + (long) (nodes.get(hand).phase() * periodNanos);
  }
}
