package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The time line of registry and alerts, on clocks that a test sets. */
class ClocksTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  private long nanos = 12_345;
  private Instant wall = START;
  private long slept;
  private boolean knowsBoot = true;

  /** Runs between the readings of the monotonic clock and the wall clock. */
  private Runnable between = () -> {};

  private final Clocks clocks = new Clocks(() -> nanos, this::wall, this::boot);

  private Instant wall() {
    between.run();
    return wall;
  }

  private OptionalLong boot() {
    return knowsBoot
        ? OptionalLong.of(1_000_000 + nanos / 1_000_000 + slept)
        : OptionalLong.empty();
  }

  private void passes(Duration time) {
    nanos += time.toNanos();
    wall = wall.plus(time);
  }

  private void tick() {
    passes(Duration.ofMillis(100));
    assertThat(clocks.step()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT2S", "PT-2S", "PT1H", "PT-1H", "P1D", "P-1D"})
  void aStepIsDetectedOnceAtTheNextLook(Duration by) {
    tick();
    Moment read = clocks.get();
    wall = wall.plus(by);
    passes(Duration.ofMillis(100));
    assertThat(clocks.step()).contains(new Clocks.Step(by, Duration.ZERO));
    assertThat(clocks.instant()).isEqualTo(wall);
    assertThat(clocks.stepped()).isEqualTo(by);
    assertThat(clocks.steady().instant()).isEqualTo(wall.minus(by));
    // A time read earlier on another thread is converted on the present line.
    assertThat(clocks.at(read.nanos()).at()).isEqualTo(read.at().plus(by));
    tick();
  }

  @Test
  void untilALookTheLineIgnoresAClockThatWasSet() {
    wall = wall.plusSeconds(7200);
    assertThat(clocks.instant()).isEqualTo(START);
  }

  @Test
  void aDelayedReadingIsIgnored() {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 1_000; i++) {
      long late = random.nextLong(10_000);
      between = () -> passes(Duration.ofMillis(late));
      passes(Duration.ofMillis(100));
      assertThat(clocks.step()).as("stood still for %s ms", late).isEmpty();
    }
    between = () -> {};
    tick();
    assertThat(clocks.instant()).isEqualTo(wall);
    assertThat(clocks.stepped()).isZero();
  }

  @Test
  void aStepAfterADelayedReadingIsDetectedAtTheNextLook() {
    wall = wall.minusSeconds(3600);
    between = () -> passes(Duration.ofSeconds(3));
    assertThat(clocks.step()).isEmpty();
    between = () -> {};
    assertThat(clocks.step()).map(Clocks.Step::by).contains(Duration.ofHours(-1));
  }

  /** By 500 ppm, the most that a kernel applies, for a day: 43 s in all. */
  @ParameterizedTest
  @ValueSource(longs = {50_000, -50_000})
  void aClockThatIsSlewedIsFollowed(long nanosATick) {
    for (int i = 0; i < 864_000; i++) {
      wall = wall.plusNanos(nanosATick);
      tick();
    }
    assertThat(clocks.instant()).isEqualTo(wall);
    assertThat(clocks.stepped()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "PT2H, PT2H, suspended for 2h",
    "PT2H0.6S, PT2H, suspended for 2h1s",
    "PT1H, PT2H, 'suspended for 2h, and its clock stepped by -1h'",
    "PT25H, PT1H, 'suspended for 1h, and its clock stepped by +24h'",
    "PT2H, PT0S, clock stepped by +2h",
    "PT-1H, PT0S, clock stepped by -1h",
    "PT-2.4S, PT0S, clock stepped by -2s",
    "PT1M30S, PT0S, clock stepped by +1m30s"
  })
  void aSuspensionIsReportedAsOne(Duration by, Duration asleep, String text) {
    tick();
    wall = wall.plus(by);
    slept += asleep.toMillis();
    Optional<Clocks.Step> step = clocks.step();
    assertThat(step).map(Clocks.Step::text).contains(text);
    assertThat(step).map(Clocks.Step::by).contains(by);
    // The next one is measured from there.
    wall = wall.plusSeconds(60);
    assertThat(clocks.step()).map(Clocks.Step::text).contains("clock stepped by +1m");
  }

  @Test
  void withoutASuspendClockASuspensionIsAStep() {
    knowsBoot = false;
    Clocks other = new Clocks(() -> nanos, this::wall, this::boot);
    wall = wall.plusSeconds(7200);
    assertThat(other.step()).map(Clocks.Step::text).contains("clock stepped by +2h");
  }

  @Test
  void aStoppedProcessSeesNoStep() {
    passes(Duration.ofHours(3));
    assertThat(clocks.step()).isEmpty();
    assertThat(clocks.instant()).isEqualTo(wall);
  }
}
