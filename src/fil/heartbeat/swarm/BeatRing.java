package fil.heartbeat.swarm;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * Finds the nodes whose beat is due. All nodes have one period, so their order round the ring never
 * changes and one hand that goes round it serves all of them. No clock of its own.
 */
final class BeatRing {

  /** Receives what is due. */
  interface Sink {
    /** The node's beat is due now. */
    void due(VirtualNode node);

    /** This many beats of every node were due while the ring did not advance. */
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

  /** Reports all beats that became due since the last call; those older than a period as missed. */
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
