package fil.heartbeat.fleet;

import fil.heartbeat.chain.Cid;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * The heads of one height, joined into branches by shared blocks. Only counted heads join others;
 * the number of a branch is the lowest of its counted heads.
 */
final class HeightBranches {
  private final HeightColumn column;
  // For counted heads: a head on the same branch whose number is not higher; -1 for others.
  private final int[] toward;
  private final Map<Cid, Integer> byBlock = new HashMap<>();

  /**
   * @param counts whether the head with a number joins others
   */
  HeightBranches(HeightColumn column, IntPredicate counts) {
    this.column = column;
    this.toward = new int[column.size()];
    Arrays.fill(toward, -1);
    for (int i = 0; i < toward.length; i++) {
      if (counts.test(i)) {
        toward[i] = i;
        for (Cid block : column.key(i).cids()) {
          Integer other = byBlock.putIfAbsent(block, i);
          if (other != null) {
            join(other, i);
          }
        }
      }
    }
  }

  private void join(int a, int b) {
    int one = of(a);
    int two = of(b);
    toward[Math.max(one, two)] = Math.min(one, two);
  }

  /** Returns the branch of a counted head; -1 for any other. */
  int of(int number) {
    int at = number;
    while (at >= 0 && toward[at] != at) {
      if (toward[at] >= 0) {
        toward[at] = toward[toward[at]];
      }
      at = toward[at];
    }
    return at;
  }

  /**
   * Returns the branch of any head: an uncounted one is on the branch with which it shares a block,
   * on the preferred one if there are several, and on a branch of its own if there is none.
   */
  int of(int number, int preferred) {
    int own = of(number);
    if (own >= 0) {
      return own;
    }
    int found = -1;
    for (Cid block : column.key(number).cids()) {
      Integer other = byBlock.get(block);
      int branch = other == null ? -1 : of(other);
      if (branch >= 0 && (found < 0 || branch == preferred)) {
        found = branch;
      }
    }
    return found >= 0 ? found : number;
  }
}
