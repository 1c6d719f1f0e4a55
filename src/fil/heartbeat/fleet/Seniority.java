package fil.heartbeat.fleet;

import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Since when those have been here that name the same. It goes by the second of them: one alone
 * proves nothing, and any number that came later must not outweigh the two that were here first.
 * Mutable.
 */
final class Seniority {
  private static final Comparator<Seniority> OLDEST_FIRST =
      Comparator.<Seniority>comparingLong(each -> each.second)
          .thenComparingLong(each -> each.first);

  private long first = Long.MAX_VALUE;
  private long second = Long.MAX_VALUE;

  /** Takes one that was first seen then. */
  void add(long seenMillis) {
    second = Math.min(second, Math.max(first, seenMillis));
    first = Math.min(first, seenMillis);
  }

  /** Keeps at most this many heights: those that the longest known name, and of these the lower. */
  static <T> void keepMost(SortedMap<Long, T> all, int most, Function<T, Seniority> of) {
    if (all.size() <= most) {
      return;
    }
    Comparator<Map.Entry<Long, Seniority>> order = Map.Entry.comparingByValue(OLDEST_FIRST);
    Set<Long> kept =
        all.entrySet().stream()
            .map(each -> Map.entry(each.getKey(), of.apply(each.getValue())))
            .sorted(order.thenComparing(Map.Entry.comparingByKey()))
            .limit(most)
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    all.keySet().retainAll(kept);
  }
}
