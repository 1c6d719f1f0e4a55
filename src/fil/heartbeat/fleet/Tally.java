package fil.heartbeat.fleet;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.TipsetKey;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The votes at one height. Heads that share a block are one side; only heads with votes join sides,
 * so that a stranger cannot tie two together.
 */
final class Tally {
  private final Column column;
  private final int[] votes;
  private final int[] side;
  private final int majority;
  private final int referenceSide;
  private final boolean decided;

  private Tally(
      Column column, int[] votes, int[] side, int majority, int refSide, boolean decided) {
    this.column = column;
    this.votes = votes;
    this.side = side;
    this.majority = majority;
    this.referenceSide = refSide;
    this.decided = decided;
  }

  static Tally of(
      Ledger ledger, long height, Column column, List<Reports> voters, List<Reports> references) {
    int[] votes = new int[column.size()];
    int total = 0;
    int spanning = 0;
    for (Reports voter : voters) {
      int number = ledger.at(voter, height);
      if (number >= 0) {
        votes[number]++;
        total++;
        spanning++;
      } else if (ledger.bottom(voter) <= height && height <= ledger.top(voter)) {
        spanning++;
      }
    }
    int[] witnesses = new int[column.size()];
    for (Reports reference : references) {
      int number = ledger.at(reference, height);
      if (number >= 0) {
        witnesses[number]++;
      }
    }
    int[] side = sides(column, votes, witnesses);
    // Where most of those who passed this height said nothing, it was a null round for them.
    boolean decided = 2 * total > spanning;
    int majority = heaviest(side, votes, total / 2);
    return new Tally(column, votes, side, majority, heaviest(side, witnesses, 0), decided);
  }

  /** Whether more than half of the voters that could speak of this height did. */
  boolean isDecided() {
    return decided;
  }

  /** The side with more than half of the votes; -1 for none. */
  int majority() {
    return majority;
  }

  /** The side that most references are on; -1 when none spoke. */
  int referenceSide() {
    return referenceSide;
  }

  /** The side of a head: equal numbers are one side. */
  int sideOf(int number) {
    if (number < side.length && side[number] >= 0) {
      return side[number];
    }
    // Without votes: with the side it shares a block with, the majority's first.
    int found = -1;
    for (int other = 0; other < side.length; other++) {
      if (side[other] >= 0 && side[other] != found && shares(number, other)) {
        found = found < 0 || side[other] == majority ? side[other] : found;
      }
    }
    return found >= 0 ? found : number;
  }

  /** The head with the most votes on a side; -1 for none. */
  int headOf(int wanted) {
    int best = -1;
    for (int i = 0; i < side.length; i++) {
      if (side[i] == wanted && (best < 0 || votes[i] > votes[best])) {
        best = i;
      }
    }
    return best;
  }

  TipsetKey key(int number) {
    return column.key(number);
  }

  private boolean shares(int a, int b) {
    List<Cid> others = column.key(b).cids();
    return column.key(a).cids().stream().anyMatch(others::contains);
  }

  private static int[] sides(Column column, int[] votes, int[] witnesses) {
    int[] side = new int[column.size()];
    Arrays.fill(side, -1);
    Map<Cid, Integer> first = new HashMap<>();
    for (int i = 0; i < side.length; i++) {
      if (votes[i] == 0 && witnesses[i] == 0) {
        continue;
      }
      side[i] = i;
      for (Cid block : column.key(i).cids()) {
        Integer other = first.putIfAbsent(block, i);
        if (other != null) {
          join(side, side[other], side[i]);
        }
      }
    }
    return side;
  }

  private static void join(int[] side, int to, int from) {
    for (int i = 0; i < side.length; i++) {
      if (side[i] == from) {
        side[i] = to;
      }
    }
  }

  /** The side with the most weight, if it is more than so much; -1 on a tie. */
  private static int heaviest(int[] side, int[] weights, int moreThan) {
    int[] sum = new int[side.length];
    for (int i = 0; i < side.length; i++) {
      if (side[i] >= 0) {
        sum[side[i]] += weights[i];
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
