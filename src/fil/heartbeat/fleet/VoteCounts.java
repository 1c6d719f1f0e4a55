package fil.heartbeat.fleet;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The votes of a network at the heights that matter now, counted as heads come in and as votes come
 * and go, so that nobody is visited to count them. Begins with a count of everybody and is valid
 * until the heads of a height get other numbers.
 */
final class VoteCounts {
  private final Ledger ledger;

  /** The counted heights, the highest first: a head mostly concerns the first two. */
  private final List<HeightVotes> counted = new ArrayList<>();

  /** How many voters have this as their newest height. */
  private final TreeMap<Long, Integer> tops = new TreeMap<>();

  private int voters;
  private boolean valid;

  VoteCounts(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Whether they are those of the present voters. */
  boolean isValid() {
    return valid;
  }

  int voters() {
    return voters;
  }

  /** Forgets the counts. */
  void clear() {
    counted.clear();
    tops.clear();
    voters = 0;
    valid = false;
  }

  /** Begins with the present voters. */
  void begin(List<NodeHeads> all, Iterable<HeightVotes> known) {
    clear();
    valid = true;
    voters = all.size();
    for (NodeHeads each : all) {
      top(ledger.top(each), 1);
    }
    known.forEach(this::put);
  }

  private void top(long height, int change) {
    if (height >= 0) {
      tops.merge(height, change, (a, b) -> a + b == 0 ? null : a + b);
    }
  }

  /** Counts one more height. */
  void put(HeightVotes votes) {
    int place = 0;
    while (place < counted.size() && counted.get(place).height > votes.height) {
      place++;
    }
    counted.add(place, votes);
  }

  /** Returns the votes at a height; null when they are not counted. */
  @Nullable HeightVotes at(long height) {
    for (HeightVotes each : counted) {
      if (each.height <= height) {
        return each.height == height ? each : null;
      }
    }
    return null;
  }

  /** A node becomes a voter, or is none any more. */
  void vote(NodeHeads by, boolean votes) {
    if (by.votes() != votes) {
      if (valid) {
        change(by, votes ? 1 : -1, Long.MIN_VALUE);
        voters += votes ? 1 : -1;
      }
      by.vote(votes);
    }
  }

  /** Returns the lowest height at which something changes when a node reports one. */
  long from(NodeHeads by, long height) {
    long lowest = counted.isEmpty() ? Long.MAX_VALUE : counted.get(counted.size() - 1).height;
    boolean far = by.isEmpty() || height - Ledger.EPOCHS >= lowest || height < by.bottom();
    return far ? Long.MIN_VALUE : Math.min(height, by.top());
  }

  /**
   * A voter is about to change what it reports.
   *
   * @param from the lowest height at which something changes
   */
  void remove(NodeHeads by, long from) {
    if (valid && by.votes()) {
      change(by, -1, from);
    }
  }

  /** It has changed. */
  void add(NodeHeads by, long from) {
    if (valid && by.votes()) {
      long top = ledger.top(by);
      if (top >= 0 && (tops.isEmpty() || top > tops.lastKey()) && at(top) == null) {
        // Nobody has passed this height yet, so that its count is known without a look at anybody.
        put(new HeightVotes(top, 4));
      }
      change(by, 1, from);
    }
  }

  private void change(NodeHeads by, int change, long from) {
    top(ledger.top(by), change);
    for (HeightVotes each : counted) {
      if (each.height < from) {
        return;
      }
      each.add(ledger, by, change);
    }
  }

  /** Counts only these heights from now on, and those from another one up. */
  void keep(Set<Long> heights, long from) {
    counted.removeIf(each -> each.height < from && !heights.contains(each.height));
  }

  /** Counts no height below this one. */
  void keepFrom(long height) {
    counted.removeIf(each -> each.height < height);
  }

  /**
   * Returns the highest height that this many voters are at or above; -1 when there are fewer.
   *
   * @param many 1 or more
   */
  long reachedBy(int many) {
    int above = 0;
    Iterator<Map.Entry<Long, Integer>> highest = tops.descendingMap().entrySet().iterator();
    while (highest.hasNext()) {
      Map.Entry<Long, Integer> next = highest.next();
      above += next.getValue();
      if (above >= many) {
        return next.getKey();
      }
    }
    return -1;
  }

  /** Whether any voter has a newest height. */
  boolean isAny() {
    return !tops.isEmpty();
  }
}
