package fil.heartbeat.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NamedUpgradesTest {
  private static final long EPOCH = 1_000;
  private static final long REAL = 9_000;

  private final NamedUpgrades named = new NamedUpgrades();

  private static Extended node(String name, long seen, Map<Long, String> upgrades) {
    return new Extended(name, seen, EPOCH, null, new TreeMap<>(upgrades), 27, null, null);
  }

  private static List<Extended> honest() {
    return List.of(
        node("a", -5_000, Map.of(1L, "Tuk", REAL, "Fire")),
        node("b", -4_000, Map.of(1L, "Tuk", REAL, "Fire")));
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
