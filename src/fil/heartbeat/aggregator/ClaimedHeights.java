package fil.heartbeat.aggregator;

import java.util.List;

/** The heights that nodes claim; -1 for a node without one. */
final class ClaimedHeights {
  private ClaimedHeights() {}

  /** Whether more than half of the nodes are above a height. */
  static boolean mostAhead(List<PeerEntry> candidates, long ceiling) {
    long ahead = candidates.stream().filter(entry -> of(entry) > ceiling).count();
    return 2 * ahead > candidates.size();
  }

  private static long[] heights(List<PeerEntry> candidates) {
    return candidates.stream().mapToLong(ClaimedHeights::of).sorted().toArray();
  }

  /** The median; of an even number the upper of the two in the middle. */
  static long median(List<PeerEntry> candidates) {
    long[] heights = heights(candidates);
    return heights.length == 0 ? -1 : heights[heights.length / 2];
  }

  /** The median; of an even number the lower of the two in the middle. */
  static long lowerMedian(List<PeerEntry> candidates) {
    long[] heights = heights(candidates);
    return heights.length == 0 ? -1 : heights[(heights.length - 1) / 2];
  }

  static long of(PeerEntry entry) {
    Long height = entry.claims.height();
    return height == null ? -1 : height;
  }
}
