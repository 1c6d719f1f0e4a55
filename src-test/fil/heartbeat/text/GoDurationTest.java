package fil.heartbeat.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0s, 0",
    "300ms, 300000000",
    "1.5h, 5400000000000",
    "2h45m, 9900000000000",
    "1m30s, 90000000000",
    "1ns, 1",
    "7us, 7000",
    "7µs, 7000",
    "7μs, 7000",
    ".5s, 500000000",
    "1.s, 1000000000",
    "-3s, -3000000000",
    "+3s, 3000000000",
    "0.0000000001s, 0",
    "9223372036854775807ns, 9223372036854775807"
  })
  void readsWhatGoReads(String text, long nanos) {
    assertThat(GoDuration.parse(text)).isEqualTo(Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5",
        "s",
        "3",
        "3 s",
        "3sec",
        "1d",
        "-",
        "+",
        ".s",
        "1h1",
        "--3s",
        "9223372036854775808ns",
        "3000000h",
        "1e3s",
        "٣s"
      })
  void refusesWhatGoRefuses(String text) {
    assertThatThrownBy(() -> GoDuration.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: a Go duration");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "1, 1ns",
    "1100, 1.1µs",
    "2200000, 2.2ms",
    "3300000000, 3.3s",
    "245000000000, 4m5s",
    "18367001000000, 5h6m7.001s",
    "3600000000000, 1h0m0s",
    "900000000000, 15m0s",
    "-3000000000, -3s"
  })
  void printsAsGoPrints(long nanos, String text) {
    assertThat(GoDuration.format(Duration.ofNanos(nanos))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whatIsPrintedReadsAsTheSame(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 1000; i++) {
      Duration duration = Duration.ofNanos(random.nextLong() >> random.nextInt(63));
      assertThat(GoDuration.parse(GoDuration.format(duration)))
          .as("seed %d round %d", seed, i)
          .isEqualTo(duration);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anyTextIsADurationOrOneKindOfError(long seed) {
    Random random = new Random(seed);
    String alphabet = "0123456789.+-hmsunµ x";
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(70);
      for (int j = 0; j < length; j++) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        assertThat(GoDuration.parse(text.toString())).isNotNull();
      } catch (IllegalArgumentException e) {
        assertThat(e).as("seed %d: %s", seed, text).hasMessageContaining("expected");
      }
    }
  }
}
