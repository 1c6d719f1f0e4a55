package fil.heartbeat.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The upgrades of one network that lie ahead or did so lately, and which nodes named them: when all
 * that know one restart at once, the others are no more ready for it than before, also if it comes
 * meanwhile. Only nodes whose members are compared are taken. Mutable; bounded.
 */
public final class NamedUpgrades {

  /** How long a name counts after its node was heard last. */
  static final Duration LASTS = Duration.ofHours(24);

  /** Nodes remembered of each upgrade, the longest known: more than decide whether it is known. */
  static final int MAX_NODES = 8;

  /** How often the times are stored while nothing else changes. */
  private static final Duration STORED_EACH = Duration.ofHours(1);

  private static final int MAX_NAME = 64;

  /**
   * What a node named.
   *
   * @param millis when it did so last; monotonic
   * @param seenMillis when the node was first seen; monotonic
   * @param networkVersion that it reported then; null when it did not, or that was before a restart
   * @param height of its head then; null when it had none, or that was before a restart
   */
  private record Named(
      String name,
      long millis,
      long seenMillis,
      @Nullable Integer networkVersion,
      @Nullable Long height) {}

  /**
   * What a node named before it fell silent.
   *
   * @param peerId of the node
   * @param upgrades height to name
   * @param seenMillis when the node was first seen; monotonic
   * @param networkVersion that it reported last; null when not known
   * @param height of its head then; null when not known
   */
  public record Remembered(
      String peerId,
      SortedMap<Long, String> upgrades,
      long seenMillis,
      @Nullable Integer networkVersion,
      @Nullable Long height) {}

  /** What one node named last. Mutable; small, since there is one of each node. */
  private static final class Naming {
    private SortedMap<Long, String> upgrades;

    /**
     * Height to when it began to name it, monotonic; without those that it named when it was heard
     * first: nobody knows since when.
     */
    private Map<Long, Long> began = Map.of();

    private long heardMillis;

    private Naming(SortedMap<Long, String> upgrades) {
      this.upgrades = upgrades;
    }

    private void take(SortedMap<Long, String> next, long millis) {
      if (!next.keySet().equals(upgrades.keySet())) {
        Map<Long, Long> times = new HashMap<>(began);
        next.keySet().stream()
            .filter(height -> !upgrades.containsKey(height))
            .forEach(height -> times.put(height, millis));
        times.keySet().retainAll(next.keySet());
        began = Map.copyOf(times);
      }
      upgrades = next;
      heardMillis = millis;
    }
  }

  /** By height and peer id. */
  private final TreeMap<Long, Map<String, Named>> byHeight = new TreeMap<>();

  /** What each node named last, of those heard within {@link #LASTS}; not from before a restart. */
  private final Map<String, Naming> namings = new HashMap<>();

  /** Heights that silent nodes named, in place of which others name later ones now. */
  private final Set<Long> postponed = new HashSet<>();

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
    Map<Long, Set<String>> before = who();
    takenMillis = millis;
    heard.clear();
    Set<Long> namedNow = new HashSet<>();
    for (Extended node : nodes) {
      if (!node.upgrades().isEmpty()) {
        heard.add(node.peerId());
        take(node, epoch, millis);
        namedNow.addAll(node.upgrades().keySet());
        namings
            .computeIfAbsent(node.peerId(), ignored -> new Naming(node.upgrades()))
            .take(node.upgrades(), millis);
      }
    }
    namings.values().removeIf(each -> millis - each.heardMillis > LASTS.toMillis());
    for (Map<String, Named> each : byHeight.values()) {
      each.values().removeIf(named -> millis - named.millis() > LASTS.toMillis());
    }
    byHeight.values().removeIf(Map::isEmpty);
    Seniority.keepMost(byHeight, ExtendedRound.MAX_UPGRADES, each -> seniority(each.values()));
    postpone(nodes, epoch, namedNow);
    changed |= !before.equals(who());
  }

  /**
   * Finds the heights that silent nodes alone named, and in place of which enough others name later
   * ones of the same upgrade: those fell silent before they had the release that postpones it. The
   * others must have begun after that, since an upgrade may also be brought forward: then they are
   * those that have the old release.
   */
  private void postpone(Collection<Extended> nodes, @Nullable Long epoch, Set<Long> namedNow) {
    changed |= postponed.removeAll(namedNow);
    postponed.retainAll(byHeight.keySet());
    byHeight.forEach(
        (height, by) -> {
          if (!namedNow.contains(height) && !postponed.contains(height)) {
            long last = lastNamed(height, by.values());
            Set<String> names = by.values().stream().map(Named::name).collect(Collectors.toSet());
            long others =
                nodes.stream().filter(each -> begins(each, epoch, height, names, last)).count();
            changed |= others >= ExtendedRound.KNOWN_BY && postponed.add(height);
          }
        });
  }

  /** When the last of the silent nodes that named a height was heard. */
  private long lastNamed(long height, Collection<Named> by) {
    return LongStream.concat(
            by.stream().mapToLong(Named::millis),
            namings.values().stream()
                .filter(each -> each.upgrades.containsKey(height))
                .mapToLong(each -> each.heardMillis))
        .max()
        .orElse(Long.MAX_VALUE);
  }

  /** Whether a node began after that time to name a later height of an upgrade. */
  private boolean begins(
      Extended node, @Nullable Long epoch, long height, Set<String> names, long last) {
    Naming naming = namings.get(node.peerId());
    return naming != null
        && node.named(epoch).entrySet().stream()
            .anyMatch(
                each ->
                    each.getKey() > height
                        && names.contains(each.getValue())
                        && naming.began.getOrDefault(each.getKey(), Long.MIN_VALUE) > last);
  }

  private Map<Long, Set<String>> who() {
    Map<Long, Set<String>> who = new HashMap<>();
    byHeight.forEach((height, nodes) -> who.put(height, Set.copyOf(nodes.keySet())));
    return who;
  }

  private static Seniority seniority(Collection<Named> nodes) {
    Seniority seniority = new Seniority();
    nodes.forEach(each -> seniority.add(each.seenMillis()));
    return seniority;
  }

  private void take(Extended node, @Nullable Long epoch, long millis) {
    String peerId = node.peerId();
    SortedMap<Long, String> upgrades = node.named(epoch);
    byHeight.forEach(
        (height, nodes) -> {
          if (!upgrades.containsKey(height)) {
            nodes.remove(peerId);
          }
        });
    upgrades.forEach(
        (height, name) -> {
          boolean known = byHeight.getOrDefault(height, Map.of()).containsKey(peerId);
          if (known || epoch == null || height > epoch) {
            put(
                height,
                peerId,
                new Named(
                    name,
                    millis,
                    node.seenMillis(),
                    node.networkVersion().number(),
                    node.height()));
          }
        });
  }

  private void put(long height, String peerId, Named named) {
    Map<String, Named> nodes = byHeight.computeIfAbsent(height, ignored -> new LinkedHashMap<>());
    nodes.put(peerId, named);
    if (nodes.size() > MAX_NODES) {
      nodes.remove(
          Collections.max(
                  nodes.entrySet(), Comparator.comparingLong(each -> each.getValue().seenMillis()))
              .getKey());
    }
  }

  /** Forgets what a node named, which is not of the fleet or the network any more. */
  public void forget(String peerId) {
    namings.remove(peerId);
    for (Map<String, Named> each : byHeight.values()) {
      changed |= each.remove(peerId) != null;
    }
  }

  /**
   * Returns what each node named that did not name anything in the last call of {@link #take};
   * without what was postponed since.
   */
  public Collection<Remembered> remembered() {
    Map<String, Remembered> byNode = new HashMap<>();
    byHeight.forEach(
        (height, nodes) ->
            nodes.forEach(
                (peerId, named) -> {
                  if (!heard.contains(peerId)) {
                    Remembered each =
                        byNode.computeIfAbsent(
                            peerId,
                            ignored ->
                                new Remembered(
                                    peerId,
                                    new TreeMap<>(),
                                    named.seenMillis(),
                                    named.networkVersion(),
                                    named.height()));
                    if (!postponed.contains(height)) {
                      each.upgrades().put(height, named.name());
                    }
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
    SortedMap<Long, Map<String, Named>> counting = new TreeMap<>(byHeight);
    counting.keySet().removeAll(postponed);
    counting.forEach(
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
   * @param seen when a peer was first seen, monotonic; null for one that does not count
   * @param now the present time, which is {@code millis}
   * @throws RuntimeException when it cannot be read
   */
  public void restore(
      String text, Function<String, @Nullable Long> seen, Instant now, long millis) {
    String[] parts = text.split(" ", 4);
    long height = Long.parseLong(parts[0]);
    if (height < 0 || parts.length < 4 || parts[3].length() > MAX_NAME) {
      throw new IllegalArgumentException("not a named upgrade");
    }
    Long seenMillis = seen.apply(parts[1]);
    if (seenMillis == null) {
      changed = true;
      return;
    }
    Duration ago = Duration.between(Instant.parse(parts[2]), now);
    Map<String, Named> nodes = byHeight.getOrDefault(height, new LinkedHashMap<>());
    byHeight.put(height, nodes);
    if (nodes.size() >= MAX_NODES || byHeight.size() > ExtendedRound.MAX_UPGRADES) {
      throw new IllegalArgumentException("too many named upgrades");
    }
    nodes.put(
        parts[1],
        new Named(parts[3], millis - Math.max(0, ago.toMillis()), seenMillis, null, null));
  }
}
