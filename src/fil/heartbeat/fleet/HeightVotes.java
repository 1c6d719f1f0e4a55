package fil.heartbeat.fleet;

import java.util.Arrays;
import java.util.List;

/** How many voters are on each head of one height, and how many passed the height. */
final class HeightVotes {
  final long height;
  private int[] votes;
  private int total;
  private int spanning;

  /**
   * Of no voter.
   *
   * @param heads how many there are, about
   */
  HeightVotes(long height, int heads) {
    this.height = height;
    this.votes = new int[heads];
  }

  /** Counts the votes of all voters. */
  static HeightVotes of(Ledger ledger, long height, int heads, List<NodeHeads> voters) {
    HeightVotes counted = new HeightVotes(height, heads);
    for (NodeHeads voter : voters) {
      counted.add(ledger, voter, 1);
    }
    return counted;
  }

  /** Adds a voter, or takes it out. */
  void add(Ledger ledger, NodeHeads voter, int change) {
    int number = ledger.at(voter, height);
    if (number == Ledger.NONE) {
      boolean spans = ledger.bottom(voter) <= height && height <= ledger.top(voter);
      spanning += spans ? change : 0;
      return;
    }
    total += change;
    spanning += change;
    if (number >= 0) {
      if (number >= votes.length) {
        votes = Arrays.copyOf(votes, number + 2);
      }
      votes[number] += change;
    }
  }

  /**
   * Returns the votes of each head by its number.
   *
   * @param heads how many there are
   */
  int[] votes(int heads) {
    return Arrays.copyOf(votes, heads);
  }

  /** Returns how many voters reported a head here. */
  int total() {
    return total;
  }

  /** Whether most of the voters that passed this height reported a head. */
  boolean isDecided() {
    return 2 * total > spanning;
  }
}
