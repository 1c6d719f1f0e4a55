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
 * @param branches the groups of heads at the height compared, the largest first
 * @param fleetForked whether the fleet's majority has differed from a reference for long enough
 */
public record NetworkReport(
    @Nullable String genesisCid,
    @Nullable String network,
    Heights heights,
    Votes votes,
    List<Branch> branches,
    boolean fleetForked,
    Clock clock) {

  /**
   * How high the network is.
   *
   * @param expected epoch by the clock, or by what it was before it was set in a way that the heads
   *     do not bear out; null when the network has none
   * @param reference the highest at which more than half of the voters are or were; null when
   *     nobody votes
   * @param best the highest credible one; null when none
   * @param lag of the network in epochs: expected less best; null without a clock
   */
  public record Heights(
      @Nullable Long expected, @Nullable Long reference, @Nullable Long best, @Nullable Long lag) {}

  /**
   * Who votes, and who agrees.
   *
   * @param voters nodes with a vote now
   * @param inConsensus beating nodes of the network on the branch with more than half of the votes
   * @param inDispute beating nodes with a head that are not
   * @param basis who votes and what it is checked against
   */
  public record Votes(int voters, int inConsensus, int inDispute, Basis basis) {}

  /**
   * The clock of this machine beside those of the nodes, and the network's times.
   *
   * @param ahead by about how much ours is ahead of that of most nodes, below 0 behind; null while
   *     it seems right. It is behind when more than half of the voters are ahead of it, and ahead
   *     when all heads are late by it for minutes and yet rise as they should
   * @param newestBlock start of the epoch of the best height; null without a clock
   * @param nextEpoch when the epoch after the expected one begins; null without a clock
   */
  public record Clock(
      @Nullable Duration ahead, @Nullable Instant newestBlock, @Nullable Instant nextEpoch) {}

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
   * @param firstDifferentHeight the lowest height of the present difference; null for the branch in
   *     consensus
   */
  public record Branch(
      List<String> head,
      int votes,
      List<String> nodes,
      int count,
      @Nullable Long firstDifferentHeight) {

    /** Peer ids told; a page of them is enough to find a branch by. */
    public static final int MAX_NODES = 1000;

    public Branch {
      head = List.copyOf(head);
      nodes = List.copyOf(nodes);
    }
  }

  /** Whether our clock differs from that of most nodes. */
  public boolean clockSuspected() {
    return clock.ahead() != null;
  }

  /** The same with times moved, because the clock was set. */
  public NetworkReport moved(Duration by) {
    return new NetworkReport(
        genesisCid,
        network,
        heights,
        votes,
        branches,
        fleetForked,
        new Clock(
            clock.ahead(),
            Moved.movedOrNull(clock.newestBlock(), by),
            Moved.movedOrNull(clock.nextEpoch(), by)));
  }

  public NetworkReport {
    branches = List.copyOf(branches);
  }
}
