package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.testing.LogLines;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long judging pauses, and what is logged. */
class WarmthTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Clocks.Step HOUR = new Clocks.Step(Duration.ofHours(1), Duration.ZERO);
  private static final Clocks.Step SLEPT =
      new Clocks.Step(Duration.ofHours(2), Duration.ofHours(2));

  private final Warmth warmth = new Warmth(Duration.ofSeconds(30), 0);

  @Test
  void judgingPausesAfterAStep() {
    assertThat(warmth.holds(100 * SECOND)).isFalse();
    warmth.stepped(HOUR, 100 * SECOND);
    assertThat(warmth.holds(100 * SECOND)).isTrue();
    assertThat(warmth.holds(130 * SECOND - 1)).isTrue();
    assertThat(warmth.holds(130 * SECOND)).isFalse();
    assertThat(warmth.steps(129 * SECOND))
        .isEqualTo(new ClockSteps(Duration.ofHours(1), true, "clock stepped by +1h"));
    assertThat(warmth.steps(130 * SECOND))
        .isEqualTo(new ClockSteps(Duration.ofHours(1), false, null));
  }

  /** A clock that two daemons set in turn pauses judging for a minute in ten. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void judgingPausesForAtMostATenthOfTheTime(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Deque<Long> held = new ArrayDeque<>();
    long next = 0;
    for (long now = 0; now < 36_000; now++) {
      if (now >= next) {
        warmth.stepped(HOUR, now * SECOND / 10);
        next = now + 1 + random.nextLong(seed * 200);
      }
      if (warmth.holds(now * SECOND / 10)) {
        held.addLast(now);
      }
      while (!held.isEmpty() && held.getFirst() <= now - 6_000) {
        held.removeFirst();
      }
      assertThat(held.size()).as("seed %s, at %s, tenths of a second", seed, now).isBetween(0, 600);
    }
  }

  @Test
  void eachStepIsOneLineButNotMoreThanOneInTenSeconds() {
    try (LogLines log = new LogLines(Warmth.class)) {
      warmth.stepped(HOUR, 0);
      assertThat(log.lines())
          .containsExactly(
              "WARN clock stepped by +1h: nothing is judged for a moment, no alert comes of it");
      for (int i = 1; i < 10; i++) {
        warmth.stepped(HOUR, i * SECOND);
      }
      assertThat(log.lines()).hasSize(1);
      long unused = warmth.goesOn(new Moment(Instant.EPOCH, 10 * SECOND));
      assertThat(log.lines()).hasSize(2);
      assertThat(log.lines().get(1)).startsWith("WARN clock stepped by +9h, in 9 steps");
      warmth.stepped(SLEPT, 60 * SECOND);
      assertThat(log.lines()).hasSize(3).contains("INFO suspended for 2h");
    }
  }

  /** The detector's pause is for a suspended machine. */
  @Test
  void onlyASuspensionLooksLikeAWallClockThatRanAhead() {
    Instant start = Instant.parse("2026-01-02T03:04:05Z");
    long before = warmth.goesOn(new Moment(start, 0));
    warmth.stepped(HOUR, 0);
    assertThat(warmth.goesOn(new Moment(start.plusSeconds(3600), 0))).isEqualTo(before);
    warmth.stepped(SLEPT, 0);
    assertThat(warmth.goesOn(new Moment(start.plusSeconds(3 * 3600), 0)))
        .isEqualTo(before + 7_200_000);
  }
}
