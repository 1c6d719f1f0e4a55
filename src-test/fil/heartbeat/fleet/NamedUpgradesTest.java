package fil.heartbeat.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NamedUpgradesTest {
  private static final long EPOCH = 1_000;
  private static final long REAL = 9_000;

  private NamedUpgrades named = new NamedUpgrades();

  private static Extended node(String name, long seen, Map<Long, String> upgrades) {
    return new Extended(
        name,
        seen,
        EPOCH,
        null,
        new TreeMap<>(upgrades),
        new Extended.NetworkVersion(27, 0),
        null,
        null);
  }

  private static List<Extended> honest() {
    return List.of(
        node("a", -5_000, Map.of(1L, "Tuk", REAL, "Fire")),
        node("b", -4_000, Map.of(1L, "Tuk", REAL, "Fire")));
  }

  private static final long EARLIER = 5_000;

  private static List<Extended> all(long height, String... names) {
    return Stream.of(names).map(name -> node(name, 0, Map.of(1L, "Tuk", height, "Fire"))).toList();
  }

  private static List<Extended> both(List<Extended> some, List<Extended> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
  }

  private List<Long> heights(List<Extended> nodes, long millis) {
    named.take(nodes, EPOCH, millis);
    return new ExtendedRound(nodes, 0, named.remembered(), -1, EPOCH, at -> null)
        .upgrades().stream().map(UpgradeReadiness::height).toList();
  }

  /** The old release names it later than the new one, which those have that are silent now. */
  @Test
  void anUpgradeThatWasBroughtForwardStands() {
    List<Extended> old = all(REAL, "b", "d");
    assertThat(heights(both(all(EARLIER, "a", "c"), old), 10_000)).contains(EARLIER, REAL);
    assertThat(heights(old, 11_000)).contains(EARLIER, REAL);
    // All restart.
    assertThat(heights(List.of(), 12_000)).contains(EARLIER, REAL);
    assertThat(heights(old, 13_000)).contains(EARLIER, REAL);
    // Nobody knows for how long these have had their release.
    assertThat(heights(all(REAL, "b", "d", "new", "newer"), 14_000)).contains(EARLIER, REAL);
  }

  /** Those that named the old height are down for long; the others get the release with the new. */
  @Test
  void anUpgradeThatWasPostponedDoesNotStand() {
    List<Extended> c = all(EARLIER, "c");
    List<Extended> e = all(EARLIER, "e");
    assertThat(heights(all(EARLIER, "a", "b", "c", "d", "e"), 10_000)).containsExactly(EARLIER);
    assertThat(heights(all(EARLIER, "c", "d", "e"), 11_000)).containsExactly(EARLIER);
    assertThat(heights(both(all(REAL, "d"), both(c, e)), 12_000)).contains(EARLIER);
    assertThat(heights(both(all(REAL, "d", "c"), e), 13_000)).contains(EARLIER);
    assertThat(heights(all(REAL, "c", "d", "e"), 14_000)).containsExactly(REAL);
    assertThat(named.stored(Instant.EPOCH, 14_000))
        .hasSize(3)
        .allMatch(each -> each.startsWith(REAL + " "));
    // One comes back with the old release.
    assertThat(heights(both(all(REAL, "c", "d", "e"), all(EARLIER, "a")), 15_000))
        .contains(EARLIER);
  }

  @Test
  void oneNodePostponesNothingNorDoesAnotherUpgrade() {
    assertThat(heights(all(EARLIER, "a", "b", "c", "d"), 10_000)).containsExactly(EARLIER);
    List<Extended> other =
        Stream.of("d", "e").map(name -> node(name, 0, Map.of(1L, "Tuk", REAL, "Other"))).toList();
    assertThat(heights(both(all(REAL, "c"), other), 11_000)).contains(EARLIER, REAL);
  }

  /** What was stored says when nodes named a height last, and not since when. */
  @Test
  void afterARestartNothingIsTakenForPostponed() {
    List<Extended> later = all(REAL, "b", "d");
    assertThat(heights(both(all(EARLIER, "a", "c"), later), 10_000)).contains(EARLIER);
    List<String> stored = named.stored(Instant.EPOCH, 10_000);
    named = new NamedUpgrades();
    stored.forEach(each -> named.restore(each, peer -> 0L, Instant.EPOCH, 20_000));
    assertThat(heights(later, 21_000)).contains(EARLIER, REAL);
  }

  private long rememberedOf(long height) {
    return named.remembered().stream().filter(each -> each.upgrades().containsKey(height)).count();
  }

  /** They name it before an honest node does, and take it back once those are silent. */
  @Test
  void strangersKeepNoOlderNodeOutOfAHeight() {
    List<Extended> young = new ArrayList<>();
    for (int i = 0; i < 2 * NamedUpgrades.MAX_NODES; i++) {
      young.add(node("young" + i, i, Map.of(1L, "Tuk", REAL, "Fire")));
    }
    named.take(young, EPOCH, 10_000);
    List<Extended> all = new ArrayList<>(young);
    all.addAll(honest());
    named.take(all, EPOCH, 11_000);
    young.replaceAll(each -> node(each.peerId(), each.seenMillis(), Map.of(1L, "Tuk")));
    named.take(young, EPOCH, 12_000);
    assertThat(rememberedOf(REAL)).isEqualTo(2);
  }

  @Test
  void strangersKeepNoHeightOutThatOlderNodesName() {
    List<Extended> all = new ArrayList<>(honest());
    for (int i = 0; i < 100; i++) {
      TreeMap<Long, String> upgrades = new TreeMap<>();
      for (long height = 0; height < 8; height++) {
        upgrades.put(2_000 + 8 * (i % 10) + height, "Mine");
      }
      all.add(node("young" + i, i, upgrades));
    }
    named.take(all, EPOCH, 10_000);
    named.take(List.of(), EPOCH, 11_000);
    assertThat(rememberedOf(REAL)).isEqualTo(2);
  }

  /** It names other heights with each beat, above the ones before. */
  @Test
  void aNodeIsRememberedWithWhatItNamedLast() {
    for (long i = 0; i < 10; i++) {
      named.take(List.of(node("a", 0, Map.of(2_000 + i, "Mine"))), EPOCH, 10_000 + i);
    }
    named.take(List.of(), EPOCH, 11_000);
    assertThat(named.remembered())
        .singleElement()
        .satisfies(each -> assertThat(each.upgrades()).containsOnlyKeys(2_009L))
        .satisfies(each -> assertThat(each.peerId()).isEqualTo("a"))
        .satisfies(each -> assertThat(each.networkVersion()).isEqualTo(27))
        .satisfies(each -> assertThat(each.height()).isEqualTo(EPOCH));
  }
}
