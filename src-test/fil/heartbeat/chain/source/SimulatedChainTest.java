package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.EpochClock;
import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.chain.source.SimulatedChain.Head;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatedChainTest {
  private static final EpochClock CLOCK = Network.SIMULATED.clock();
  private static final long START = 900_000;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, Long.MIN_VALUE})
  void everyProcessSeesTheSameChain(long seed) {
    SimulatedChain one = new SimulatedChain(seed, "");
    SimulatedChain other = new SimulatedChain(seed, "");
    for (long epoch = START; epoch < START + 50; epoch++) {
      Instant now = CLOCK.startOf(epoch).plusSeconds(epoch % 30);
      assertThat(one.headAt(now)).isEqualTo(other.headAt(now)).isEqualTo(one.headAt(now));
    }
  }

  @Test
  void anEpochFarAwayCostsNoMoreThanANearOne() {
    Instant far = CLOCK.startOf(3_000_000_000L).plusSeconds(20);
    assertThat(new SimulatedChain(1, "").headAt(far).height()).isGreaterThan(2_999_999_990L);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void roundsHaveFiveBlocksOnAverageAndFewHaveNone(long seed) {
    SimulatedChain chain = new SimulatedChain(seed, "");
    int rounds = 20_000;
    long[] counts = LongStream.range(0, rounds).map(chain::blocks).toArray();
    double mean = LongStream.of(counts).average().orElseThrow();
    double variance =
        LongStream.of(counts).mapToDouble(n -> (n - mean) * (n - mean)).sum() / rounds;
    double empty = LongStream.of(counts).filter(n -> n == 0).count() / (double) rounds;
    assertThat(mean).isCloseTo(5, within(0.1));
    assertThat(variance).isCloseTo(5, within(0.3));
    assertThat(empty).isCloseTo(Math.exp(-5), within(0.003));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void headsArriveSixToTwelveSecondsIntoTheirEpoch(long seed) {
    SimulatedChain chain = new SimulatedChain(seed, "");
    for (long epoch = START; epoch < START + 300; epoch++) {
      Instant start = CLOCK.startOf(epoch);
      assertThat(chain.headAt(start.plusMillis(5999)).height()).isLessThan(epoch);
      if (chain.blocks(epoch) > 0) {
        assertThat(chain.headAt(start.plusMillis(12_000)).height()).isEqualTo(epoch);
        long arrival = chain.arrivalMillis(epoch);
        assertThat(chain.headAt(start.plusMillis(arrival - 1)).height()).isLessThan(epoch);
        assertThat(chain.headAt(start.plusMillis(arrival)).height()).isEqualTo(epoch);
      }
    }
    double mean = LongStream.range(0, 5000).map(chain::arrivalMillis).average().orElseThrow();
    assertThat(mean).isCloseTo(9000, within(150.0));
  }

  @Test
  void aNullRoundKeepsTheHead() {
    SimulatedChain chain = new SimulatedChain(1, "");
    List<Long> nulls =
        LongStream.range(START, START + 5000)
            .filter(epoch -> chain.blocks(epoch) == 0)
            .boxed()
            .toList();
    assertThat(nulls).hasSizeBetween(10, 70);
    for (long epoch : nulls) {
      Head head = chain.headAt(CLOCK.startOf(epoch).plusSeconds(29));
      assertThat(head.height()).isLessThan(epoch).isGreaterThan(epoch - 5);
      assertThat(head.key().cids()).hasSize(chain.blocks(head.height()));
    }
  }

  /** Polls each second, like a sender with a short poll period. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void heightsNeverFallAndOnlyAReorganisationReplacesBlocks(long seed) {
    SimulatedChain chain = new SimulatedChain(seed, "");
    Map<Long, TipsetKey> seen = new HashMap<>();
    long epochs = 1000;
    long height = 0;
    int replaced = 0;
    for (long second = 0; second < epochs * 30; second++) {
      Head head = chain.headAt(CLOCK.startOf(START).plusSeconds(second));
      assertThat(head.height()).isGreaterThanOrEqualTo(height);
      height = head.height();
      TipsetKey before = seen.put(height, head.key());
      if (before != null && !before.equals(head.key())) {
        replaced++;
        long at = height;
        assertThat(head.key().cids()).doesNotContainAnyElementsOf(before.cids());
        assertThat(LongStream.rangeClosed(at - 1, at).map(chain::losingEpochs).max().orElseThrow())
            .isPositive();
      }
    }
    // One epoch in a hundred begins a reorganisation; a null round may hide it.
    assertThat(replaced).isBetween(2, 25);
  }

  @Test
  void reorganisationsAreOneOrTwoEpochsDeep() {
    SimulatedChain chain = new SimulatedChain(1, "");
    long[] depths = LongStream.range(0, 20_000).map(chain::losingEpochs).toArray();
    assertThat(LongStream.of(depths).filter(depth -> depth == 1).count()).isBetween(60L, 140L);
    assertThat(LongStream.of(depths).filter(depth -> depth == 2).count()).isBetween(60L, 140L);
    assertThat(LongStream.of(depths).max()).hasValue(2);
  }

  @Test
  void atTwoEpochsDeepTheFirstTipsetIsNeverReplacedWhileItIsTheHead() {
    SimulatedChain chain = new SimulatedChain(1, "");
    long first =
        LongStream.iterate(START, epoch -> epoch + 1)
            .filter(
                epoch ->
                    chain.losingEpochs(epoch) == 2
                        && chain.losingEpochs(epoch + 1) == 0
                        && chain.blocks(epoch) > 0
                        && chain.blocks(epoch + 1) > 0)
            .findFirst()
            .orElseThrow();
    Instant start = CLOCK.startOf(first);
    assertThat(chain.headAt(start.plusSeconds(12))).isEqualTo(chain.headAt(start.plusSeconds(35)));
    Head losing = chain.headAt(start.plusSeconds(42));
    Head winning = chain.headAt(start.plusSeconds(52));
    assertThat(losing.height()).isEqualTo(winning.height()).isEqualTo(first + 1);
    assertThat(losing.key()).isNotEqualTo(winning.key());
  }

  @Test
  void seedsAndBranchesShareGenesisAndNothingElse() {
    Instant genesis = Network.SIMULATED.genesisTime();
    Head first = new SimulatedChain(1, "").headAt(genesis);
    assertThat(first.height()).isZero();
    assertThat(first.key().cids()).containsExactly(Network.SIMULATED.genesisCid());
    assertThat(new SimulatedChain(2, "fork").headAt(genesis)).isEqualTo(first);
    Instant now = CLOCK.startOf(START).plusSeconds(25);
    List<TipsetKey> keys =
        List.of(
            new SimulatedChain(1, "").headAt(now).key(),
            new SimulatedChain(2, "").headAt(now).key(),
            new SimulatedChain(1, "a").headAt(now).key(),
            new SimulatedChain(1, "b").headAt(now).key());
    List<Cid> all = keys.stream().flatMap(key -> key.cids().stream()).toList();
    assertThat(all).doesNotHaveDuplicates().hasSizeGreaterThan(4);
  }

  @Test
  void beforeGenesisThereIsNoHead() {
    Instant before = Network.SIMULATED.genesisTime().minus(Duration.ofMillis(1));
    assertThat(new SimulatedChain(1, "").headAt(before).key().isEmpty()).isTrue();
  }

  @Test
  void blocksHaveRealCids() {
    Instant now = CLOCK.startOf(START).plusSeconds(25);
    assertThat(new SimulatedChain(1, "").headAt(now).key().cids())
        .isNotEmpty()
        .allSatisfy(
            cid -> {
              assertThat(cid.toString()).startsWith("bafy2bzace").hasSize(62);
              assertThat(HexFormat.of().formatHex(cid.toBytes())).startsWith("0171a0e40220");
            });
  }
}
