package fil.heartbeat.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DetectorTest {
  private static final long SECOND = 1_000_000_000L;

  private final LocalHealth health = new LocalHealth(HealthSettings.DEFAULT, 0, 0);
  private final Detector detector = new Detector(DetectorSettings.DEFAULT, 0);
  private long now;

  /** Runs the observer ten times a second. */
  private void runUntil(long nanos) {
    while (now < nanos) {
      now = Math.min(nanos, now + SECOND / 10);
      health.tick(now, now / 1_000_000);
    }
  }

  private void beats(int count, long period) {
    for (int i = 0; i < count; i++) {
      runUntil(now + period);
      detector.beat(now, health);
    }
  }

  private boolean silentAfter(long nanos) {
    runUntil(now + nanos);
    return detector.silent(now, health);
  }

  @Test
  void aRegularNodeIsSilentAfterMeanPlusPauseAndDeviations() {
    beats(50, 3 * SECOND);
    // 3 s + 2 s + 5.61 deviations of 0.5 s.
    assertThat(detector.timeout().toMillis()).isBetween(7_790L, 7_820L);
    assertThat(silentAfter(7_700_000_000L)).isFalse();
    assertThat(silentAfter(200_000_000L)).isTrue();
  }

  @Test
  void beforeTenSamplesTheTimeoutIsLong() {
    assertThat(detector.timeout().toSeconds()).isEqualTo(30);
    beats(5, 3 * SECOND);
    assertThat(detector.timeout().toSeconds()).isEqualTo(30);
    beats(1, 20 * SECOND);
    assertThat(detector.timeout().toSeconds()).isEqualTo(60);
  }

  @Test
  void slowBeatsHaveAFloorOfTwoAndAHalfMeans() {
    beats(50, 60 * SECOND);
    assertThat(detector.timeout().toSeconds()).isEqualTo(150);
  }

  @Test
  void anErraticNodeCannotEscapeDetection() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 300; i++) {
      beats(1, SECOND + random.nextLong(28 * SECOND));
    }
    assertThat(detector.timeout().toSeconds()).isLessThanOrEqualTo(120);
  }

  @Test
  void aSilenceLastsUntilTheNextBeat() {
    beats(50, 3 * SECOND);
    assertThat(silentAfter(9 * SECOND)).isTrue();
    assertThat(detector.isSilent()).isTrue();
    beats(1, SECOND);
    assertThat(detector.isSilent()).isFalse();
    assertThat(silentAfter(3 * SECOND)).isFalse();
  }

  @Test
  void neitherSilenceNorReconnectIsASample() {
    beats(50, 3 * SECOND);
    long before = detector.timeout().toMillis();
    assertThat(silentAfter(60 * SECOND)).isTrue();
    beats(1, SECOND);
    assertThat(detector.timeout().toMillis()).isEqualTo(before);
    runUntil(now + 40 * SECOND);
    detector.reconnected(now);
    beats(1, SECOND);
    assertThat(detector.timeout().toMillis()).isEqualTo(before);
  }

  @Test
  void aNewRhythmIsLearnt() {
    beats(50, 3 * SECOND);
    for (int i = 0; i < Detector.CHANGED_AFTER; i++) {
      assertThat(silentAfter(29 * SECOND)).isTrue();
      beats(1, SECOND);
    }
    assertThat(silentAfter(29 * SECOND)).isFalse();
  }

  @Test
  void aSuspensionOfThisProcessCountsAgainstNoNode() {
    beats(50, 3 * SECOND);
    // Nothing runs for 20 s; then all ticks at once.
    now += 20 * SECOND;
    health.tick(now, now / 1_000_000);
    assertThat(detector.silent(now, health)).isFalse();
    assertThat(silentAfter(2 * SECOND)).isFalse();
    beats(1, SECOND);
    long timeout = detector.timeout().toMillis();
    assertThat(timeout).isBetween(7_790L, 7_820L);
    assertThat(silentAfter(60 * SECOND)).isTrue();
  }

  @Test
  void aSuspendedMachineIsDetectedByTheWallClock() {
    beats(50, 3 * SECOND);
    runUntil(now + 7 * SECOND);
    // The monotonic clock stopped for an hour.
    health.tick(now, now / 1_000_000 + 3_600_000);
    now += 2 * SECOND;
    assertThat(detector.silent(now, health)).isFalse();
  }

  @Test
  void phiGrowsWithTheWait() {
    beats(50, 3 * SECOND);
    double early = detector.phi(now + 5 * SECOND, health);
    double late = detector.phi(now + 7 * SECOND, health);
    assertThat(early).isBetween(0.0, 1.0);
    assertThat(late).isGreaterThan(early).isLessThan(8);
    assertThat(detector.phi(now + 8 * SECOND, health)).isGreaterThan(8);
  }
}
