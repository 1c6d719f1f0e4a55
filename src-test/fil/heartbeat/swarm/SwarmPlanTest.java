package fil.heartbeat.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SwarmPlanTest {

  private static int count(SwarmPlan plan, Behaviour role) {
    return plan.shares().getOrDefault(role, -1);
  }

  @ParameterizedTest
  @CsvSource({
    "300, 10, 5, 2, 0, 30, 15, 6, 0, 249",
    "10000, 1, 1, 1, 60, 100, 100, 100, 60, 9640",
    "10, 33.3, 33.3, 33.3, 0, 3, 4, 3, 0, 0",
    "1, 50, 50, 0, 0, 1, 0, 0, 0, 0",
    "200, 0.25, 50, 0, 0, 1, 100, 0, 0, 99",
    "3, 0, 0, 0, 600, 0, 0, 0, 3, 0",
    "5, 100, 0, 0, 0, 5, 0, 0, 0, 0",
    "7, 0, 0, 0, 0, 0, 0, 0, 0, 7",
  })
  void wholeSharesAreExactAndTheirSumFitsTheFleet(
      int nodes,
      String fork,
      String lag,
      String silent,
      int churn,
      int forked,
      int lagging,
      int silents,
      int churning,
      int healthy) {
    SwarmPlan plan =
        SwarmPlan.of(
            Configs.of(
                nodes, "--fork " + fork, "--lag " + lag, "--silent " + silent, "--churn " + churn));
    assertThat(count(plan, Behaviour.FORKED)).isEqualTo(forked);
    assertThat(count(plan, Behaviour.LAGGING)).isEqualTo(lagging);
    assertThat(count(plan, Behaviour.SILENT)).isEqualTo(silents);
    assertThat(count(plan, Behaviour.CHURNING)).isEqualTo(churning);
    assertThat(count(plan, Behaviour.HEALTHY)).isEqualTo(healthy);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void aWholeShareIsExactBesideFractionalOnes(long seed) {
    Random random = new Random(seed);
    int nodes = 100 * (1 + random.nextInt(20));
    int whole = random.nextInt(30);
    String odd = "" + random.nextInt(3000) / 100.0;
    SwarmPlan plan = SwarmPlan.of(Configs.of(nodes, "--fork " + odd, "--lag " + whole));
    assertThat(count(plan, Behaviour.LAGGING)).isEqualTo(nodes / 100 * whole);
    assertThat(plan.shares().values().stream().mapToInt(each -> each).sum()).isEqualTo(nodes);
  }

  @Test
  void theSameSeedGivesTheSameFleetAndAnotherDoesNot() {
    String[] words = {"--fork 10", "--lag 10", "--silent 10", "--churn 30", "--seed 7"};
    SwarmPlan one = SwarmPlan.of(Configs.of(100, words));
    SwarmPlan again = SwarmPlan.of(Configs.of(100, words));
    words[4] = "--seed 8";
    SwarmPlan other = SwarmPlan.of(Configs.of(100, words));
    assertThat(again).isEqualTo(one);
    assertThat(other.nodes()).isNotEqualTo(one.nodes());
    VirtualNode node = one.nodes().get(41);
    assertThat(again.identity(node).peerId()).isEqualTo(one.identity(node).peerId());
    assertThat(other.identity(node).peerId()).isNotEqualTo(one.identity(node).peerId());
  }

  /**
   * A seed gives the same fleet in every version: allow lists that name its peer ids stay valid.
   */
  @Test
  void theFirstPeerIdOfTheDefaultSeedIsFixed() {
    SwarmPlan plan = SwarmPlan.of(Configs.of(1));
    assertThat(plan.identity(plan.nodes().get(0)).peerId())
        .hasToString("12D3KooWF5FoyKQQbDttfRKSh3GFv4ZFmEEHDk7fYAvhhFMQiHim");
  }

  @Test
  void everyNodeHasItsOwnNameAddressAndKey() {
    SwarmPlan plan = SwarmPlan.of(Configs.of(500, "--seed -3"));
    Set<Object> distinct = new HashSet<>();
    for (VirtualNode node : plan.nodes()) {
      assertThat(node.phase()).isGreaterThanOrEqualTo(0).isLessThan(1);
      distinct.addAll(List.of(node.nickname(), node.minerAddress(), plan.identity(node).peerId()));
    }
    assertThat(distinct).hasSize(1500);
    assertThat(plan.nodes().get(0).nickname()).isEqualTo("swarm-00001");
    assertThat(plan.nodes().get(0).minerAddress()).isEqualTo("f01001");
    assertThat(plan.nodes().get(499).nickname()).isEqualTo("swarm-00500");
  }

  @Test
  void phasesSpreadOverThePeriod() {
    long[] tenths = new long[10];
    SwarmPlan.of(Configs.of(10_000)).nodes().forEach(node -> tenths[(int) (node.phase() * 10)]++);
    for (long tenth : tenths) {
      assertThat(tenth).isBetween(850L, 1150L);
    }
  }
}
