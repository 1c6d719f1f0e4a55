package fil.heartbeat.aggregator;

import java.util.Arrays;
import java.util.List;

/** The heights that nodes claim; -1 for a node without one. */
final class ClaimedHeights {
  private final long[] heights;

  ClaimedHeights(List<PeerEntry> nodes) {
    heights = new long[nodes.size()];
    for (int i = 0; i < heights.length; i++) {
      heights[i] = nodes.get(i).height;
    }
  }

  /** Whether more than half of the nodes are above a height. */
  boolean mostAhead(long ceiling) {
    int ahead = 0;
    for (long height : heights) {
      ahead += height > ceiling ? 1 : 0;
    }
    return 2 * ahead > heights.length;
  }

  /** Returns the median; of an even number the upper of the two in the middle; -1 of none. */
  long median() {
    return ofAscending(heights.length / 2);
  }

  /** Returns the median; of an even number the lower of the two in the middle; -1 of none. */
  long lowerMedian() {
    return ofAscending((heights.length - 1) / 2);
  }

  private long ofAscending(int place) {
    long[] ascending = heights.clone();
    Arrays.sort(ascending);
    return ascending.length == 0 ? -1 : ascending[place];
  }
}
