package fil.heartbeat.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MomentsTest {

  @ParameterizedTest
  @CsvSource({
    "-5, 0 s",
    "0, 0 s",
    "59, 59 s",
    "60, 1 min",
    "250, 4 min 10 s",
    "3600, 1 h",
    "7500, 2 h 5 min",
    "86399, 23 h 59 min",
    "86400, 1 d",
    "277200, 3 d 5 h"
  })
  void aSpanHasItsTwoGreatestUnits(long seconds, String text) {
    assertThat(Moments.span(Duration.ofSeconds(seconds))).isEqualTo(text);
  }

  @Test
  void aTimeThatIsNotKnownSaysSo() {
    assertThat(Moments.orUnknown(null)).isEqualTo("an unknown time");
    assertThat(Moments.orUnknown(Instant.parse("2026-11-25T14:03:05.999Z")))
        .isEqualTo("2026-11-25T14:03:05Z");
  }
}
