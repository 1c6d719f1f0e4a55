package fil.heartbeat.sender;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SenderTimesTest {

  @ParameterizedTest
  @CsvSource({
    "1, 1000, 5000, 1000, 10000",
    "999, 1000, 9990, 1000, 10000",
    "3000, 3000, 30000, 3000, 10000",
    "700, 1000, 7000, 1000, 10000",
    "4000, 4000, 30000, 4000, 12000",
    "300000, 5000, 30000, 300000, 900000",
    "86400000, 5000, 30000, 86400000, 259200000"
  })
  void everyWaitFollowsFromTheBeatPeriod(
      long beat, long request, long write, long pingAfter, long deadAfter) {
    Duration period = Duration.ofMillis(beat);
    SenderTimes times = SenderTimes.of(Configs.config(period, Duration.ofSeconds(10)));
    assertThat(times.beatMillis()).isEqualTo(beat);
    assertThat(times.request()).hasMillis(request);
    assertThat(times.write()).hasMillis(write);
    assertThat(times.open()).hasSeconds(10);
    assertThat(SenderTimes.pingAfter(period)).hasMillis(pingAfter);
    assertThat(SenderTimes.deadAfter(period)).hasMillis(deadAfter);
  }

  @Test
  void periodsAreRoundedToWholeMilliseconds() {
    SenderTimes times =
        SenderTimes.of(Configs.config(Duration.ofNanos(2_499_999), Duration.ofNanos(2_500_000)));
    assertThat(times.beatMillis()).isEqualTo(2);
    assertThat(times.reconnectMillis()).isEqualTo(3);
  }
}
