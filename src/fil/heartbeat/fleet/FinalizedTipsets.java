package fil.heartbeat.fleet;

import fil.heartbeat.chain.TipsetKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tipsets that the monitored nodes and the references of one network finalized within the last
 * two hours. Two at one height are a conflict, unless everyone on one of them has since finalized
 * what the others did.
 *
 * <p>Limits: {@link #MAX_HEIGHTS} heights, {@link #MAX_KEYS} tipsets at each, {@link #MAX_NAMED}
 * names for each tipset and a count. One owner; the caller passes the time.
 */
public final class FinalizedTipsets {

  /** Heights kept: one for each half minute of two hours, and as many again. */
  static final int MAX_HEIGHTS = 512;

  /** Tipsets kept at one height; nodes that finalize yet another are not compared. */
  static final int MAX_KEYS = 8;

  /** Names kept of those who finalized a tipset. */
  public static final int MAX_NAMED = 64;

  private static final long KEEP_MILLIS = Duration.ofHours(2).toMillis();

  /** A reference outweighs any number of nodes. */
  private static final long REFERENCE_WEIGHT = 1L << 32;

  /** Prefix of the names of references. */
  private static final String REFERENCE = "reference ";

  private static final class Side {
    private final Set<String> names = new LinkedHashSet<>();
    private long weight;
    private long toldMillis;
  }

  private record Place(long height, TipsetKey key) {}

  private final TreeMap<Long, Map<TipsetKey, Side>> heights = new TreeMap<>();
  private final Map<String, Place> last = new HashMap<>();

  /** Returns the name by which a reference appears. */
  public static String reference(String name) {
    return REFERENCE + name;
  }

  /**
   * Records a finalized tipset.
   *
   * @param by peer id of a monitored node, or {@link #reference}
   */
  public void finalized(String by, long height, TipsetKey key, long nowMillis) {
    Place before = last.get(by);
    boolean repeated = before != null && before.height == height && before.key.equals(key);
    if (repeated) {
      Side own = side(height, key);
      if (own != null) {
        own.toldMillis = nowMillis;
      }
      return;
    }
    if (before != null && before.height == height) {
      withdraw(by, before);
    }
    Map<TipsetKey, Side> keys = heights.computeIfAbsent(height, ignored -> new HashMap<>(2));
    Side side = keys.get(key);
    if (side == null) {
      if (keys.size() >= MAX_KEYS) {
        return;
      }
      side = new Side();
      keys.put(key, side);
    }
    side.toldMillis = nowMillis;
    side.weight += weight(by);
    if (side.names.size() < MAX_NAMED) {
      side.names.add(by);
    }
    last.put(by, new Place(height, key));
    agreed(height, side);
    while (heights.size() > MAX_HEIGHTS) {
      heights.pollFirstEntry();
    }
  }

  private @Nullable Side side(long height, TipsetKey key) {
    Map<TipsetKey, Side> keys = heights.get(height);
    return keys == null ? null : keys.get(key);
  }

  static boolean isReference(String by) {
    return by.startsWith(REFERENCE);
  }

  private static long weight(String by) {
    return isReference(by) ? REFERENCE_WEIGHT : 1;
  }

  /**
   * Who finalizes the same as the larger side of a lower height is no longer on a smaller side
   * there.
   */
  private void agreed(long height, Side with) {
    for (Map<TipsetKey, Side> keys : heights.headMap(height, false).values()) {
      if (keys.size() > 1) {
        Side larger = largest(keys);
        keys.values().stream()
            .filter(side -> side != larger)
            .forEach(side -> leave(side, with, larger));
        keys.values().removeIf(side -> side.weight <= 0);
      }
    }
  }

  private static void leave(Side smaller, Side with, Side larger) {
    if (with.names.stream().anyMatch(larger.names::contains)) {
      List<String> gone = smaller.names.stream().filter(with.names::contains).toList();
      gone.forEach(name -> smaller.weight -= weight(name));
      gone.forEach(smaller.names::remove);
    }
  }

  private void withdraw(String by, Place from) {
    last.remove(by);
    Map<TipsetKey, Side> keys = heights.get(from.height);
    Side side = keys == null ? null : keys.get(from.key);
    if (keys != null && side != null) {
      side.names.remove(by);
      side.weight -= weight(by);
      if (side.weight <= 0) {
        keys.remove(from.key);
      }
    }
  }

  private static Side largest(Map<TipsetKey, Side> keys) {
    Iterator<Side> sides = keys.values().iterator();
    Side largest = sides.next();
    while (sides.hasNext()) {
      Side next = sides.next();
      if (next.weight > largest.weight) {
        largest = next;
      }
    }
    return largest;
  }

  /** Removes a node or a reference with all that it finalized. */
  public void forget(String by) {
    if (last.remove(by) == null) {
      return;
    }
    heights
        .values()
        .forEach(
            keys -> {
              keys.values().stream()
                  .filter(side -> side.names.remove(by))
                  .forEach(side -> side.weight -= weight(by));
              keys.values().removeIf(side -> side.weight <= 0);
            });
    heights.values().removeIf(Map::isEmpty);
  }

  /** Returns the conflict at the lowest height; null when there is none. */
  public Finality.@Nullable Conflict conflict(long nowMillis) {
    heights
        .values()
        .removeIf(
            keys -> {
              keys.values().removeIf(side -> nowMillis - side.toldMillis > KEEP_MILLIS);
              return keys.isEmpty();
            });
    for (Map.Entry<Long, Map<TipsetKey, Side>> each : heights.entrySet()) {
      if (each.getValue().size() > 1) {
        Side larger = largest(each.getValue());
        List<String> smaller =
            each.getValue().values().stream()
                .filter(side -> side != larger)
                .flatMap(side -> side.names.stream())
                .limit(MAX_NAMED)
                .sorted()
                .toList();
        return new Finality.Conflict(
            each.getKey(), smaller, larger.names.stream().sorted().toList());
      }
    }
    return null;
  }
}
