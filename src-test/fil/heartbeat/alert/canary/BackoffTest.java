package fil.heartbeat.alert.canary;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private final Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

  private Stream<Long> next(int times) {
    return Stream.generate(() -> backoff.failed().toSeconds()).limit(times);
  }

  @Test
  void itDoublesUpToItsLimit() {
    assertThat(next(7)).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L);
  }

  @Test
  void aSuccessStartsOver() {
    assertThat(next(3)).containsExactly(1L, 2L, 4L);
    backoff.succeeded();
    assertThat(next(2)).containsExactly(1L, 2L);
  }
}
