package fil.heartbeat.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The upgrades of one network that lie ahead, and which nodes named them lately: when all that know
 * one restart at once, the others are no more ready for it than before. Only nodes whose members
 * are compared are taken. Mutable; bounded.
 */
public final class NamedUpgrades {

  /** How long a name counts after its node was heard last. */
  static final Duration LASTS = Duration.ofHours(24);

  /** Nodes remembered of each upgrade: more than decide whether it is known. */
  static final int MAX_NODES = 8;

  /** How often the times are stored while nothing else changes. */
  private static final Duration STORED_EACH = Duration.ofHours(1);

  private static final int MAX_NAME = 64;

  private record Named(String name, long millis) {}

  /** By height and peer id. */
  private final TreeMap<Long, Map<String, Named>> ahead = new TreeMap<>();

  private long takenMillis;
  private long storedMillis;
  private boolean changed;

  /**
   * Takes what nodes name now.
   *
   * @param nodes monitored and beating
   * @param epoch the present one; null without a known clock
   * @param millis monotonic
   */
  public void take(Collection<Extended> nodes, @Nullable Long epoch, long millis) {
    takenMillis = millis;
    if (epoch != null) {
      changed |= ahead.headMap(epoch, true).keySet().removeIf(passed -> true);
    }
    for (Extended node : nodes) {
      if (!node.upgrades().isEmpty()) {
        take(node, epoch == null ? node.upgrades() : node.upgrades().tailMap(epoch + 1), millis);
      }
    }
    for (Map<String, Named> each : ahead.values()) {
      changed |= each.values().removeIf(named -> millis - named.millis() > LASTS.toMillis());
    }
    changed |= ahead.values().removeIf(Map::isEmpty);
    if (ahead.size() > ExtendedRound.MAX_UPGRADES) {
      Comparator<Map.Entry<Long, Map<String, Named>>> mostNamed =
          Comparator.comparingInt(each -> -each.getValue().size());
      Set<Long> kept =
          ahead.entrySet().stream()
              .sorted(mostNamed.thenComparing(Map.Entry.comparingByKey()))
              .limit(ExtendedRound.MAX_UPGRADES)
              .map(Map.Entry::getKey)
              .collect(Collectors.toSet());
      changed |= ahead.keySet().retainAll(kept);
    }
  }

  private void take(Extended node, SortedMap<Long, String> upgrades, long millis) {
    // A node says nothing about heights below its first one.
    ahead
        .tailMap(node.upgrades().firstKey(), false)
        .forEach(
            (height, nodes) -> {
              if (!upgrades.containsKey(height)) {
                changed |= nodes.remove(node.peerId()) != null;
              }
            });
    upgrades.forEach(
        (height, name) -> {
          Map<String, Named> nodes =
              ahead.computeIfAbsent(height, ignored -> new LinkedHashMap<>());
          if (nodes.size() < MAX_NODES || nodes.containsKey(node.peerId())) {
            changed |= nodes.put(node.peerId(), new Named(name, millis)) == null;
          }
        });
  }

  /** Forgets what a node named, which is not of the fleet or the network any more. */
  public void forget(String peerId) {
    for (Map<String, Named> each : ahead.values()) {
      changed |= each.remove(peerId) != null;
    }
  }

  /**
   * Returns what each node named that did not name anything in the last call of {@link #take},
   * height to name.
   */
  public Collection<SortedMap<Long, String>> remembered() {
    Map<String, SortedMap<Long, String>> byNode = new HashMap<>();
    ahead.forEach(
        (height, nodes) ->
            nodes.forEach(
                (peerId, named) -> {
                  if (named.millis() != takenMillis) {
                    byNode
                        .computeIfAbsent(peerId, ignored -> new TreeMap<>())
                        .put(height, named.name());
                  }
                }));
    return List.copyOf(byNode.values());
  }

  /** Makes the next {@link #takeChanged} answer true. */
  public void save() {
    changed = true;
  }

  /** Whether it is to be stored again, since it changed or its times are old; resets itself. */
  public boolean takeChanged() {
    boolean old = !ahead.isEmpty() && takenMillis - storedMillis >= STORED_EACH.toMillis();
    boolean taken = changed || old;
    changed = false;
    storedMillis = taken ? takenMillis : storedMillis;
    return taken;
  }

  /**
   * Returns what is stored, a text for each name.
   *
   * @param now the present time, which the last call of {@link #take} had as {@code millis}
   */
  public List<String> stored(Instant now) {
    List<String> texts = new ArrayList<>();
    ahead.forEach(
        (height, nodes) ->
            nodes.forEach(
                (peerId, named) ->
                    texts.add(
                        String.join(
                            " ",
                            "" + height,
                            peerId,
                            "" + now.minusMillis(takenMillis - named.millis()),
                            named.name()))));
    return texts;
  }

  /**
   * Restores a stored text.
   *
   * @param now the present time, which is {@code millis}
   * @throws RuntimeException when it cannot be read
   */
  public void restore(String text, Instant now, long millis) {
    String[] parts = text.split(" ", 4);
    long height = Long.parseLong(parts[0]);
    if (height < 0 || parts.length < 4 || parts[3].length() > MAX_NAME) {
      throw new IllegalArgumentException("not a named upgrade");
    }
    Duration ago = Duration.between(Instant.parse(parts[2]), now);
    Map<String, Named> nodes = ahead.getOrDefault(height, new LinkedHashMap<>());
    ahead.put(height, nodes);
    if (nodes.size() >= MAX_NODES || ahead.size() > ExtendedRound.MAX_UPGRADES) {
      throw new IllegalArgumentException("too many named upgrades");
    }
    // Before now, so that it is not taken for what the node names now.
    nodes.put(parts[1], new Named(parts[3], millis - 1 - Math.max(0, ago.toMillis())));
  }
}
