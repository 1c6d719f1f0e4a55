package fil.heartbeat.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Duration FIRST = Duration.ofSeconds(1);

  private static List<Long> seconds(Backoff backoff, int failures) {
    return IntStream.rangeClosed(1, failures)
        .mapToObj(each -> backoff.after(each).toSeconds())
        .toList();
  }

  @Test
  void itDoublesUpToItsLongestWait() {
    assertThat(seconds(new Backoff(FIRST, Duration.ofSeconds(30)), 7))
        .containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L);
  }

  @Test
  void noNumberOfFailuresIsTooLarge() {
    Duration day = Duration.ofDays(1);
    assertThat(new Backoff(Duration.ofMillis(1), day).after(Integer.MAX_VALUE)).isEqualTo(day);
    assertThat(new Backoff(day, day).after(Integer.MAX_VALUE)).isEqualTo(day);
  }
}
