package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.EpochClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Detection of a wrong clock by the heads of the nodes. */
class EpochLineTest {
  private static final Instant GENESIS = Instant.parse("2020-01-01T00:00:00Z");
  private static final long SECOND = 1_000_000_000L;

  /** The epoch at the start, when the clock is right. */
  private static final long FIRST = 100_000;

  private final EpochLine line = new EpochLine(Optional.of(new EpochClock(GENESIS, 30)));

  /** By how much the wall clock is wrong. */
  private Duration wrong = Duration.ZERO;

  private long second;

  private Moment now() {
    return new Moment(GENESIS.plusSeconds(30 * FIRST + second).plus(wrong), second * SECOND);
  }

  /** The height of a network in good health: blocks come 8 s into their epoch. */
  private static long height(long second) {
    return FIRST + Math.floorDiv(second - 8, 30L);
  }

  private void run(long seconds, LongUnaryOperator height) {
    for (long until = second + seconds; second < until; second++) {
      line.take(height.applyAsLong(second), now());
    }
  }

  private void step(Duration by) {
    wrong = wrong.plus(by);
    line.stepped(new Clocks.Step(by, Duration.ZERO));
  }

  private void isRight() {
    assertThat(line.at(now().at())).isEqualTo(FIRST + second / 30);
  }

  @Test
  void aClockTenMinutesFastIsReportedAfterFiveMinutes() {
    wrong = Duration.ofMinutes(10);
    run(300, EpochLineTest::height);
    assertThat(line.seemsFast()).isFalse();
    run(1, EpochLineTest::height);
    assertThat(line.seemsFast()).isTrue();
    run(3_000, EpochLineTest::height);
    assertThat(line.seemsFast()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, -1, -4, -100})
  void aSmallerLagIsNotReported(int lag) {
    run(3_000, second -> FIRST + second / 30 - lag);
    assertThat(line.seemsFast()).isFalse();
  }

  @Test
  void aLagOfFourIsReported() {
    run(301, second -> FIRST + second / 30 - 4);
    assertThat(line.seemsFast()).isTrue();
  }

  @Test
  void aLagThatEndsForAMomentIsNotReported() {
    run(2_000, second -> FIRST + second / 30 - (second % 200 < 30 ? 3 : 9));
    assertThat(line.seemsFast()).isFalse();
  }

  @Test
  void aFleetCatchingUpAndAStandingNetworkAreNotReported() {
    run(900, second -> FIRST - 500 + second / 5);
    assertThat(line.seemsFast()).isFalse();
    run(900, second -> FIRST - 320);
    assertThat(line.seemsFast()).isFalse();
    run(900, second -> -1);
    assertThat(line.seemsFast()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void nullRoundsDoNotHideAWrongClock(long seed) {
    wrong = Duration.ofMinutes(10);
    SplittableRandom random = new SplittableRandom(seed);
    long[] best = {FIRST};
    run(
        1_200,
        second -> {
          best[0] = second % 30 == 8 && random.nextInt(5) > 0 ? height(second) : best[0];
          return best[0];
        });
    assertThat(line.seemsFast()).as("seed %s", seed).isTrue();
  }

  /** A step of a clock that was right. */
  @ParameterizedTest
  @CsvSource({"PT2H", "PT-2H", "PT1M", "PT-1M", "PT45S", "PT-45S", "P1D", "P-1D"})
  void aClockThatIsSetWrongIsNotTrusted(Duration by) {
    run(1_000, EpochLineTest::height);
    step(by);
    isRight();
    for (int i = 0; i < 60; i++) {
      run(60, EpochLineTest::height);
      isRight();
    }
    // And back.
    step(by.negated());
    run(1_000, EpochLineTest::height);
    isRight();
  }

  @Test
  void aWrongClockIsReportedAnyway() {
    run(1_000, EpochLineTest::height);
    step(Duration.ofHours(2));
    run(301, EpochLineTest::height);
    assertThat(line.seemsFast()).isTrue();
    step(Duration.ofHours(-2));
    assertThat(line.seemsFast()).isFalse();
    run(1_000, EpochLineTest::height);
    assertThat(line.seemsFast()).isFalse();
  }

  /** A step of a clock that was wrong. */
  @ParameterizedTest
  @CsvSource({"PT2H", "PT-2H", "PT1M", "PT-1M", "PT45S", "PT-45S", "P1D", "P-1D"})
  void aCorrectedClockIsTrustedAfterFiveMinutes(Duration wrongBy) {
    wrong = wrongBy;
    run(1_000, EpochLineTest::height);
    step(wrongBy.negated());
    run(301, EpochLineTest::height);
    isRight();
  }

  @Test
  void withoutHeadsAClockIsTrustedAfterFiveMinutes() {
    wrong = Duration.ofHours(-1);
    run(100, second -> -1);
    step(Duration.ofHours(1));
    run(301, second -> -1);
    isRight();
  }

  @Test
  void suspendedTimeIsNotDistrusted() {
    run(100, EpochLineTest::height);
    wrong = Duration.ofHours(2);
    line.stepped(new Clocks.Step(wrong, wrong));
    assertThat(line.at(now().at())).isEqualTo(FIRST + 240 + second / 30);
  }

  @Test
  void theStartOfAnEpochIsAsLongAgoAsItWas() {
    Instant start = GENESIS.plusSeconds(30 * FIRST);
    assertThat(line.startOf(FIRST)).isEqualTo(start);
    step(Duration.ofHours(-1));
    assertThat(line.startOf(FIRST)).isEqualTo(start.minusSeconds(3600));
  }

  @Test
  void withoutAClockThereIsNoEpoch() {
    EpochLine none = new EpochLine(Optional.empty());
    none.take(5, now());
    none.stepped(new Clocks.Step(Duration.ofHours(1), Duration.ZERO));
    assertThat(none.at(now().at())).isNull();
    assertThat(none.byWall(now().at())).isNull();
    assertThat(none.startOf(5)).isNull();
    assertThat(none.seemsFast()).isFalse();
  }
}
