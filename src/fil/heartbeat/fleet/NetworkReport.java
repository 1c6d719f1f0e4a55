package fil.heartbeat.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One network of the fleet at a moment.
 *
 * @param genesisCid null for the nodes that name none while none is configured
 * @param network its name; null when unknown
 * @param expectedEpoch by the clock, or by what it was before it was set in a way that the heads do
 *     not bear out; null when the network has none
 * @param referenceHeight the highest at which more than half of the voters are or were; null when
 *     nobody votes
 * @param bestHeight the highest credible one; null when none
 * @param lagEpochs of the network: expected epoch less best height; null without a clock
 * @param voters nodes with a vote now
 * @param inConsensus beating nodes of the network on the side with more than half of the votes
 * @param inDispute beating nodes with a head that are not
 * @param basis who votes and what it is checked against
 * @param sides the groups of heads at the height compared, the largest first
 * @param fleetForked whether the fleet's majority has differed from a reference for long enough
 * @param clockAhead by about how much our clock is ahead of that of most nodes, below 0 behind;
 *     null while it seems right. It is behind when more than half of the voters are ahead of it,
 *     and ahead when all heads are late by it for minutes and yet rise as they should
 * @param newestBlock start of the epoch of the best height; null without a clock
 * @param nextEpoch when the epoch after the expected one begins; null without a clock
 */
public record NetworkReport(
    @Nullable String genesisCid,
    @Nullable String network,
    @Nullable Long expectedEpoch,
    @Nullable Long referenceHeight,
    @Nullable Long bestHeight,
    @Nullable Long lagEpochs,
    int voters,
    int inConsensus,
    int inDispute,
    Basis basis,
    List<Branch> sides,
    boolean fleetForked,
    @Nullable Duration clockAhead,
    @Nullable Instant newestBlock,
    @Nullable Instant nextEpoch) {

  /**
   * What a consensus stands on.
   *
   * @param voters {@code expected}, {@code allowed} or {@code open}
   * @param reference whether an independent node is asked too
   */
  public record Basis(String voters, boolean reference) {}

  /**
   * Heads of one height that share blocks.
   *
   * @param head the CIDs that most of its voters report; empty while there is no such head
   * @param votes voters on it
   * @param nodes peer ids on it, voters or not, at most {@link #MAX_NODES}
   * @param count how many nodes are on it
   * @param firstDifferentHeight the lowest height of the present difference; null for the side in
   *     consensus
   */
  public record Branch(
      List<String> head,
      int votes,
      List<String> nodes,
      int count,
      @Nullable Long firstDifferentHeight) {

    /** Peer ids told; a page of them is enough to find a side by. */
    public static final int MAX_NODES = 1000;

    public Branch {
      head = List.copyOf(head);
      nodes = List.copyOf(nodes);
    }
  }

  /** Whether our clock differs from that of most nodes. */
  public boolean clockSuspected() {
    return clockAhead != null;
  }

  /** The same with times moved, because the clock was set. */
  public NetworkReport moved(Duration by) {
    return new NetworkReport(
        genesisCid,
        network,
        expectedEpoch,
        referenceHeight,
        bestHeight,
        lagEpochs,
        voters,
        inConsensus,
        inDispute,
        basis,
        sides,
        fleetForked,
        clockAhead,
        Moved.movedOrNull(newestBlock, by),
        Moved.movedOrNull(nextEpoch, by));
  }

  public NetworkReport {
    sides = List.copyOf(sides);
  }
}
