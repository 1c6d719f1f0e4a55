package fil.heartbeat.alert.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CanaryRoundsTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
  private static final Offset<Double> EXACTLY = within(1e-9);

  // A monotonic clock may begin anywhere, below zero too.
  private static final long ORIGIN = -5_000_000_000L;

  private final CanaryRounds rounds = new CanaryRounds(ORIGIN);

  private static long at(double seconds) {
    return ORIGIN + Math.round(seconds * TimeUnit.SECONDS.toNanos(1));
  }

  private void deliver(long number, double seconds) {
    rounds.delivered(number, at(seconds), START.plusMillis(Math.round(seconds * 1000)));
  }

  private CanaryReport.Round last() {
    CanaryReport.Round last = rounds.report(at(0)).last();
    if (last == null) {
      throw new AssertionError("no round was delivered");
    }
    return last;
  }

  @Test
  void aRoundMeasuresEachStage() {
    assertThat(rounds.begin(at(3))).isEqualTo(1);
    rounds.seen(1, at(3.5));
    rounds.ruled(1, at(4));
    deliver(1, 4.25);
    CanaryReport report = rounds.report(at(5));
    assertThat(report.healthy()).isTrue();
    assertThat(report.beats()).isEqualTo(1);
    assertThat(report.delivered()).isEqualTo(1);
    assertThat(last().number()).isEqualTo(1);
    assertThat(last().endedAt()).isEqualTo(START.plusMillis(4250));
    assertThat(last().visibleSeconds()).isEqualTo(0.5, EXACTLY);
    assertThat(last().ruleSeconds()).isEqualTo(1, EXACTLY);
    assertThat(last().deliveredSeconds()).isEqualTo(1.25, EXACTLY);
  }

  @Test
  void theFirstReportOfAStageCounts() {
    assertThat(rounds.begin(at(0))).isEqualTo(1);
    rounds.seen(1, at(1));
    rounds.seen(1, at(2));
    rounds.ruled(1, at(3));
    rounds.ruled(1, at(4));
    deliver(1, 5);
    deliver(1, 9);
    assertThat(last().visibleSeconds()).isEqualTo(1, EXACTLY);
    assertThat(last().ruleSeconds()).isEqualTo(3, EXACTLY);
    assertThat(last().deliveredSeconds()).isEqualTo(5, EXACTLY);
    assertThat(rounds.report(at(9)).delivered()).isEqualTo(1);
  }

  @Test
  void anUnreportedStageWasReachedWithTheNext() {
    assertThat(rounds.begin(at(0))).isEqualTo(1);
    deliver(1, 2);
    assertThat(last().visibleSeconds()).isEqualTo(2, EXACTLY);
    assertThat(last().ruleSeconds()).isEqualTo(2, EXACTLY);
  }

  @Test
  void numbersGoOnFromOne() {
    assertThat(rounds.begin(at(0))).isEqualTo(1);
    assertThat(rounds.begin(at(60))).isEqualTo(2);
    assertThat(rounds.report(at(60)).beats()).isEqualTo(2);
  }

  @Test
  void itIsHealthyAtFirstWithoutARound() {
    assertThat(rounds.report(at(150)).healthy()).isTrue();
    assertThat(rounds.report(at(150)).last()).isNull();
    assertThat(rounds.isHealthy(at(150.001))).isFalse();
  }

  @Test
  void itIsUnhealthyWhenNoRoundEndedForTooLong() {
    assertThat(rounds.begin(at(3))).isEqualTo(1);
    deliver(1, 4);
    assertThat(rounds.isHealthy(at(154))).isTrue();
    assertThat(rounds.isHealthy(at(154.001))).isFalse();
    assertThat(rounds.begin(at(183))).isEqualTo(2);
    deliver(2, 184);
    assertThat(rounds.isHealthy(at(184))).isTrue();
  }

  @Test
  void aRoundThatIsOnlySeenOrRuledIsNotDelivered() {
    assertThat(rounds.begin(at(100))).isEqualTo(1);
    rounds.seen(1, at(101));
    rounds.ruled(1, at(102));
    assertThat(rounds.isHealthy(at(151))).isFalse();
    assertThat(rounds.report(at(151)).last()).isNull();
  }

  @Test
  void aSlowRoundIsReportedButNotHealthy() {
    assertThat(rounds.begin(at(100))).isEqualTo(1);
    deliver(1, 115.001);
    assertThat(last().deliveredSeconds()).isEqualTo(15.001, EXACTLY);
    assertThat(rounds.isHealthy(at(151))).isFalse();
    assertThat(rounds.begin(at(160))).isEqualTo(2);
    deliver(2, 175);
    assertThat(rounds.isHealthy(at(175))).isTrue();
  }

  @Test
  void aDeliveryEndsTheRoundsBeforeIt() {
    assertThat(rounds.begin(at(0))).isEqualTo(1);
    assertThat(rounds.begin(at(60))).isEqualTo(2);
    deliver(2, 61);
    deliver(1, 62);
    assertThat(last().number()).isEqualTo(2);
    assertThat(rounds.report(at(62)).delivered()).isEqualTo(1);
  }

  @Test
  void numbersWithoutAnOpenRoundAreIgnored() {
    rounds.seen(0, at(1));
    rounds.ruled(7, at(1));
    deliver(7, 1);
    assertThat(rounds.report(at(1))).isEqualTo(new CanaryReport(true, 0, 0, null));
  }

  @Test
  void anOverdueRoundIsGivenUp() {
    for (int i = 0; i <= CanaryRounds.MAX_OPEN; i++) {
      assertThat(rounds.begin(at(60 * i))).isEqualTo(i + 1);
    }
    deliver(1, 300);
    assertThat(rounds.report(at(300)).last()).isNull();
    deliver(2, 300);
    assertThat(last().deliveredSeconds()).isEqualTo(240, EXACTLY);
  }
}
