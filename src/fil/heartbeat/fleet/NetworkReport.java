package fil.heartbeat.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One network of the fleet at a moment.
 *
 * @param genesisCid null for nodes that claim none while none is configured
 * @param network its name; null when unknown
 * @param branches the groups that the fleet falls into, as {@link Branches#list} orders them: the
 *     branch in consensus first, then the largest
 * @param fleetForked whether the fleet's majority has differed from a reference for long enough
 * @param extended what the optional members of its monitored nodes say together
 */
public record NetworkReport(
    @Nullable String genesisCid,
    @Nullable String network,
    Heights heights,
    Votes votes,
    List<Branch> branches,
    boolean fleetForked,
    Clock clock,
    Extension extended) {

  /** A network whose nodes send no optional members. */
  public NetworkReport(
      @Nullable String genesisCid,
      @Nullable String network,
      Heights heights,
      Votes votes,
      List<Branch> branches,
      boolean fleetForked,
      Clock clock) {
    this(genesisCid, network, heights, votes, branches, fleetForked, clock, Extension.NONE);
  }

  /**
   * What the optional members of its monitored nodes say together.
   *
   * @param upgrades that have not passed, the next one first
   * @param releases in use, by client and release
   */
  public record Extension(
      Finality finality, List<UpgradeReadiness> upgrades, List<Release> releases) {

    /** No node sends optional members. */
    public static final Extension NONE = new Extension(Finality.NONE, List.of(), List.of());

    public Extension {
      upgrades = List.copyOf(upgrades);
      releases = List.copyOf(releases);
    }
  }

  /**
   * The heights of the network.
   *
   * @param expected epoch by the clock, or by the clock before it was set when the heads contradict
   *     the new time; null when the network has no known clock
   * @param reference the highest height that more than half of the voters are at or above; null
   *     without voters
   * @param best the highest credible height; null when none
   * @param lag of the network in epochs: expected less best; null without a clock
   */
  public record Heights(
      @Nullable Long expected, @Nullable Long reference, @Nullable Long best, @Nullable Long lag) {}

  /**
   * The votes and their result.
   *
   * @param voters nodes with a vote now
   * @param inConsensus beating nodes of the fleet on the branch with more than half of the votes
   * @param inDispute beating nodes of the fleet that are forked from that branch
   * @param basis which nodes vote and whether references are polled
   */
  public record Votes(int voters, int inConsensus, int inDispute, Basis basis) {}

  /**
   * The clock of this machine compared with those of the nodes, and the network's times.
   *
   * @param ahead about how far this clock is ahead of that of most nodes, negative when behind;
   *     null while it seems right. It is behind when more than half of the voters are ahead of it,
   *     and ahead when all heads have been late by it for minutes and yet rise at the usual pace
   * @param newestBlock start of the epoch of the best height; null without a clock
   * @param nextEpoch when the epoch after the expected one begins; null without a clock
   */
  public record Clock(
      @Nullable Duration ahead, @Nullable Instant newestBlock, @Nullable Instant nextEpoch) {}

  /**
   * The basis of a consensus.
   *
   * @param voters {@code expected}, {@code allowed} or {@link #OPEN}
   * @param reference whether an independent node is polled too
   */
  public record Basis(String voters, boolean reference) {

    /** The configuration names no node, so that everybody belongs to the fleet. */
    public static final String OPEN = "open";

    /** Whether everybody belongs to the fleet. */
    public boolean isOpen() {
      return voters.equals(OPEN);
    }
  }

  /**
   * Nodes whose heads share blocks at one or more of the last heights.
   *
   * @param head the CIDs that most of its voters report; empty while there is no such head
   * @param votes voters on the branch
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

    /** Limit of listed peer ids; enough to identify a branch. */
    public static final int MAX_NODES = 1000;

    public Branch {
      head = List.copyOf(head);
      nodes = List.copyOf(nodes);
    }
  }

  /** Whether this machine's clock differs from that of most nodes. */
  public boolean clockSuspected() {
    return clock.ahead() != null;
  }

  /** Returns a copy with what the optional members say. */
  public NetworkReport with(Extension others) {
    return new NetworkReport(
        genesisCid, network, heights, votes, branches, fleetForked, clock, others);
  }

  /** Returns a copy with times moved, because the clock was set. */
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
            Moved.movedOrNull(clock.nextEpoch(), by)),
        extended);
  }

  public NetworkReport {
    branches = List.copyOf(branches);
  }
}
