package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.NodeHeads;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Chooses which nodes of a network vote. Every node of a fleet that the config names does: a
 * provider's nodes fail one by one although they claim the same miner. In an open fleet it is one
 * for each miner address, the longest known first.
 */
final class Voters {
  private final boolean open;
  private final List<PeerEntry> candidates;
  private final List<PeerEntry> chosen;
  private final Set<String> miners = new HashSet<>();
  private long highest = -1;

  /** Whether {@link ClaimConflicts} has the claims of all of them. */
  private boolean joined = true;

  /**
   * @param open whether the config names nobody
   * @param most how many there are at most
   */
  Voters(boolean open, int most) {
    this.open = open;
    this.candidates = new ArrayList<>(most);
    this.chosen = new ArrayList<>(most);
  }

  /** Adds a candidate, before height and miner address are checked; the longest known first. */
  void add(PeerEntry entry) {
    candidates.add(entry);
    highest = Math.max(highest, entry.height);
    joined &= entry.claiming;
    choose(entry);
  }

  /** Chooses among all that were added. */
  void choose() {
    if (!joined) {
      chooseAgain(Long.MAX_VALUE);
    }
  }

  /**
   * Chooses among those up to a height: a node ahead of it has no vote, and does not take the vote
   * of another node with its miner address.
   */
  void upTo(long ceiling) {
    if (highest > ceiling) {
      chooseAgain(ceiling);
    }
  }

  private void chooseAgain(long ceiling) {
    chosen.forEach(entry -> entry.votes = false);
    chosen.clear();
    miners.clear();
    candidates.stream().filter(entry -> entry.height <= ceiling).forEach(this::choose);
  }

  private void choose(PeerEntry entry) {
    // Most miners have one node, and that is known already.
    String miner =
        !open || (joined && entry.sharedMiners == 0) ? null : entry.claims.minerAddress();
    if (miner == null || miners.add(miner)) {
      entry.votes = true;
      chosen.add(entry);
    }
  }

  /**
   * Whether what becomes of one of them concerns another only when they share a miner address, as
   * {@link ClaimConflicts} knows it.
   *
   * @param ceiling as before
   */
  boolean isSimple(long ceiling) {
    return !open || (joined && highest <= ceiling);
  }

  int count() {
    return chosen.size();
  }

  /** Returns the heights of those that vote. */
  ClaimedHeights heights() {
    return new ClaimedHeights(chosen);
  }

  /** Returns the heads that those that vote reported. */
  List<NodeHeads> reports() {
    return chosen.stream().map(entry -> entry.reports).toList();
  }
}
