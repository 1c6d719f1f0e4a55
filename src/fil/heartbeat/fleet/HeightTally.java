package fil.heartbeat.fleet;

import fil.heartbeat.chain.TipsetKey;
import java.util.Arrays;
import java.util.List;

/**
 * The votes at one height. Heads that share a block are one branch; only heads with votes join
 * branches, so that a stranger cannot merge two.
 */
final class HeightTally {
  private final long height;
  private final Comparison same;
  private final Comparison similar;
  private final HeightColumn column;
  private final HeightBranches branches;
  private final int[] heads;
  private final int majority;
  private final int referenceBranch;
  private final boolean decided;

  private HeightTally(
      long height,
      HeightColumn column,
      HeightBranches branches,
      int[] heads,
      int majority,
      int referenceBranch,
      boolean decided) {
    this.height = height;
    this.same = new Comparison(Comparison.Kind.AGREES, height, true, 0, -1, false);
    this.similar = new Comparison(Comparison.Kind.AGREES, height, false, 0, -1, false);
    this.column = column;
    this.branches = branches;
    this.heads = heads;
    this.majority = majority;
    this.referenceBranch = referenceBranch;
    this.decided = decided;
  }

  static HeightTally of(
      Ledger ledger, HeightColumn column, HeightVotes counted, List<NodeHeads> references) {
    long height = counted.height;
    int[] votes = counted.votes(column.size());
    int[] referenceVotes = new int[column.size()];
    for (NodeHeads reference : references) {
      int number = ledger.at(reference, height);
      if (number >= 0) {
        referenceVotes[number]++;
      }
    }
    HeightBranches branches =
        new HeightBranches(column, number -> votes[number] + referenceVotes[number] > 0);
    int majority = heaviest(branches, votes, counted.total() / 2);
    // When most of the voters that passed this height reported nothing, it was a null round for
    // them.
    return new HeightTally(
        height,
        column,
        branches,
        mostVoted(branches, votes),
        majority,
        heaviest(branches, referenceVotes, 0),
        counted.isDecided());
  }

  long height() {
    return height;
  }

  /**
   * Returns the comparison of a node that agrees here.
   *
   * @param sameHead whether the sets of blocks are equal
   */
  Comparison agrees(boolean sameHead) {
    return sameHead ? same : similar;
  }

  /** Whether more than half of the voters that passed this height reported a head. */
  boolean isDecided() {
    return decided;
  }

  /** Returns the branch with more than half of the votes; -1 for none. */
  int majority() {
    return majority;
  }

  /** Returns the branch that most references are on; -1 when none reported a head. */
  int referenceBranch() {
    return referenceBranch;
  }

  /** Returns the branch of a head: equal numbers are one branch; a dropped head is on none. */
  int branchOf(int number) {
    return number < 0 ? number : branches.of(number, majority);
  }

  /** Returns the head with the most votes on a branch; -1 for none. */
  int headOf(int branch) {
    return branch < 0 || branch >= heads.length ? -1 : heads[branch];
  }

  TipsetKey key(int number) {
    return column.key(number);
  }

  /** Whether any node is on a head with this number. */
  boolean isHead(int number) {
    return column.isHead(number);
  }

  /** Returns the upper bound of head numbers, exclusive. */
  int size() {
    return column.size();
  }

  private static int[] mostVoted(HeightBranches branches, int[] votes) {
    int[] best = new int[votes.length];
    Arrays.fill(best, -1);
    for (int i = 0; i < votes.length; i++) {
      int branch = branches.of(i);
      if (branch >= 0 && (best[branch] < 0 || votes[i] > votes[best[branch]])) {
        best[branch] = i;
      }
    }
    return best;
  }

  /** Returns the branch with the most weight, if above {@code moreThan}; -1 if not, or on a tie. */
  private static int heaviest(HeightBranches branches, int[] weights, int moreThan) {
    int[] sum = new int[weights.length];
    for (int i = 0; i < weights.length; i++) {
      int branch = branches.of(i);
      if (branch >= 0) {
        sum[branch] += weights[i];
      }
    }
    int best = -1;
    boolean tie = false;
    for (int i = 0; i < sum.length; i++) {
      if (sum[i] > moreThan && (best < 0 || sum[i] >= sum[best])) {
        tie = best >= 0 && sum[i] == sum[best];
        best = i;
      }
    }
    return tie ? -1 : best;
  }
}
