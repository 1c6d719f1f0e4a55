package fil.heartbeat.fleet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The network versions of the nodes of one comparison, by the heights of their heads. Mutable. */
final class Followers {
  private record Follower(int networkVersion, long height) {}

  private final List<Follower> all = new ArrayList<>();

  /** The versions of nodes above a height, rising: each node is compared with the same ones. */
  private final Map<Long, int[]> above = new HashMap<>();

  /** Adds a node if both are known; returns whether they are. All are added before any question. */
  boolean add(@Nullable Integer networkVersion, @Nullable Long height) {
    return networkVersion != null
        && height != null
        && all.add(new Follower(networkVersion, height));
  }

  /** How many nodes above a height have a higher network version than this; 0 for null. */
  int newer(@Nullable Integer version, long height) {
    if (version == null) {
      return 0;
    }
    int[] versions = above.computeIfAbsent(height, this::rising);
    int from = 0;
    int to = versions.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (versions[middle] > version) {
        to = middle;
      } else {
        from = middle + 1;
      }
    }
    return versions.length - from;
  }

  private int[] rising(long height) {
    return all.stream()
        .filter(each -> each.height > height)
        .mapToInt(Follower::networkVersion)
        .sorted()
        .toArray();
  }
}
