package fil.heartbeat.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The upgrades of one network that lie ahead or did so lately, and which nodes named them: when all
 * that know one restart at once, the others are no more ready for it than before, also if it comes
 * meanwhile. Only nodes whose members are compared are taken. Mutable; bounded.
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
  private final TreeMap<Long, Map<String, Named>> byHeight = new TreeMap<>();

  /** Nodes that named any in the last call of {@link #take}. */
  private final Set<String> heard = new HashSet<>();

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
    heard.clear();
    for (Extended node : nodes) {
      if (!node.upgrades().isEmpty()) {
        heard.add(node.peerId());
        take(node, epoch == null ? -1 : epoch, millis);
      }
    }
    for (Map<String, Named> each : byHeight.values()) {
      changed |= each.values().removeIf(named -> millis - named.millis() > LASTS.toMillis());
    }
    changed |= byHeight.values().removeIf(Map::isEmpty);
    if (byHeight.size() > ExtendedRound.MAX_UPGRADES) {
      Comparator<Map.Entry<Long, Map<String, Named>>> mostNamed =
          Comparator.comparingInt(each -> -each.getValue().size());
      Set<Long> kept =
          byHeight.entrySet().stream()
              .sorted(mostNamed.thenComparing(Map.Entry.comparingByKey()))
              .limit(ExtendedRound.MAX_UPGRADES)
              .map(Map.Entry::getKey)
              .collect(Collectors.toSet());
      changed |= byHeight.keySet().retainAll(kept);
    }
  }

  private void take(Extended node, long epoch, long millis) {
    String peerId = node.peerId();
    byHeight.forEach(
        (height, nodes) -> {
          if (!node.upgrades().containsKey(height)) {
            changed |= nodes.remove(peerId) != null;
          }
        });
    node.upgrades()
        .forEach(
            (height, name) -> {
              Map<String, Named> nodes = byHeight.getOrDefault(height, Map.of());
              if (nodes.containsKey(peerId)) {
                nodes.put(peerId, new Named(name, millis));
              } else if (height > epoch && nodes.size() < MAX_NODES) {
                byHeight
                    .computeIfAbsent(height, ignored -> new LinkedHashMap<>())
                    .put(peerId, new Named(name, millis));
                changed = true;
              }
            });
  }

  /** Forgets what a node named, which is not of the fleet or the network any more. */
  public void forget(String peerId) {
    for (Map<String, Named> each : byHeight.values()) {
      changed |= each.remove(peerId) != null;
    }
  }

  /**
   * Returns what each node named that did not name anything in the last call of {@link #take},
   * height to name.
   */
  public Collection<SortedMap<Long, String>> remembered() {
    Map<String, SortedMap<Long, String>> byNode = new HashMap<>();
    byHeight.forEach(
        (height, nodes) ->
            nodes.forEach(
                (peerId, named) -> {
                  if (!heard.contains(peerId)) {
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
    boolean old = !byHeight.isEmpty() && takenMillis - storedMillis >= STORED_EACH.toMillis();
    boolean taken = changed || old;
    changed = false;
    storedMillis = taken ? takenMillis : storedMillis;
    return taken;
  }

  /**
   * Returns what is stored, a text for each name.
   *
   * @param now the present time, which is {@code millis}
   */
  public List<String> stored(Instant now, long millis) {
    List<String> texts = new ArrayList<>();
    byHeight.forEach(
        (height, nodes) ->
            nodes.forEach(
                (peerId, named) ->
                    texts.add(
                        String.join(
                            " ",
                            "" + height,
                            peerId,
                            "" + now.minusMillis(millis - named.millis()),
                            named.name()))));
    return texts;
  }

  /**
   * Restores a stored text, if the node counts.
   *
   * @param counts whether a peer does
   * @param now the present time, which is {@code millis}
   * @throws RuntimeException when it cannot be read
   */
  public void restore(String text, Predicate<String> counts, Instant now, long millis) {
    String[] parts = text.split(" ", 4);
    long height = Long.parseLong(parts[0]);
    if (height < 0 || parts.length < 4 || parts[3].length() > MAX_NAME) {
      throw new IllegalArgumentException("not a named upgrade");
    }
    if (!counts.test(parts[1])) {
      changed = true;
      return;
    }
    Duration ago = Duration.between(Instant.parse(parts[2]), now);
    Map<String, Named> nodes = byHeight.getOrDefault(height, new LinkedHashMap<>());
    byHeight.put(height, nodes);
    if (nodes.size() >= MAX_NODES || byHeight.size() > ExtendedRound.MAX_UPGRADES) {
      throw new IllegalArgumentException("too many named upgrades");
    }
    nodes.put(parts[1], new Named(parts[3], millis - Math.max(0, ago.toMillis())));
  }
}
