package fil.heartbeat.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class FailureLogTest {
  private final FailureLog log = new FailureLog();

  @Test
  void theFirstFailureWarnsAndLaterOnesAreDebug() {
    assertThat(log.failed(at(0))).isEqualTo(Level.WARN);
    assertThat(log.failed(at(10))).isEqualTo(Level.DEBUG);
    assertThat(log.failed(at(59))).isEqualTo(Level.DEBUG);
  }

  @Test
  void remindersComeAfterOneFiveFifteenAndSixtyMinutesAndThenEachHour() {
    List<Integer> warnings = new ArrayList<>();
    for (int second = 0; second <= 3 * 3600; second += 10) {
      if (log.failed(at(second)) == Level.WARN) {
        warnings.add(second);
      }
    }
    assertThat(warnings).containsExactly(0, 60, 300, 900, 3_600, 7_200, 10_800);
  }

  @Test
  void rareFailuresGetOneReminderAtATime() {
    assertThat(log.failed(at(0))).isEqualTo(Level.WARN);
    assertThat(log.failed(at(1_000))).isEqualTo(Level.WARN);
    assertThat(log.failed(at(1_001))).isEqualTo(Level.DEBUG);
    assertThat(log.failed(at(3_600))).isEqualTo(Level.WARN);
  }

  @Test
  void itMeasuresHowLongFailuresLast() {
    assertThat(log.lasting(at(5))).isZero();
    assertThat(log.failed(at(7))).isEqualTo(Level.WARN);
    assertThat(log.failed(at(9))).isEqualTo(Level.DEBUG);
    assertThat(log.lasting(at(607))).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void aSuccessStartsOver() {
    assertThat(log.failed(at(0))).isEqualTo(Level.WARN);
    assertThat(log.succeeded()).isTrue();
    assertThat(log.succeeded()).isFalse();
    assertThat(log.lasting(at(599))).isZero();
    assertThat(log.failed(at(599))).isEqualTo(Level.WARN);
    assertThat(log.failed(at(601))).isEqualTo(Level.DEBUG);
    assertThat(log.failed(at(659))).isEqualTo(Level.WARN);
  }

  @Test
  void theMonotonicClockMayStartAnywhere() {
    long start = Long.MAX_VALUE - 5;
    assertThat(log.failed(start)).isEqualTo(Level.WARN);
    assertThat(log.failed(start + Duration.ofSeconds(59).toNanos())).isEqualTo(Level.DEBUG);
    assertThat(log.failed(start + Duration.ofSeconds(60).toNanos())).isEqualTo(Level.WARN);
  }

  private static long at(int second) {
    return Duration.ofSeconds(second).toNanos();
  }
}
