package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-11-23T00:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "90|90",
        " 120 |120",
        "0|60",
        "59|60",
        "301|300",
        "99999999999999999999999|300",
        "Mon, 23 Nov 2026 00:02:00 GMT|120",
        "Mon, 23 Nov 2026 23:00:00 GMT|300",
        "Sun, 22 Nov 2026 23:00:00 GMT|60",
        "|",
        "''|",
        "-5|",
        "soon|",
        "1.5|",
        "\u0663|"
      })
  void theWaitIsInSecondsOrADateAndOneToFiveMinutes(
      @Nullable String header, @Nullable Long seconds) {
    assertThat(RetryAfter.read(header, NOW))
        .isEqualTo(seconds == null ? null : Duration.ofSeconds(seconds));
  }
}
