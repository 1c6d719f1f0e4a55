package fil.heartbeat.alert.sink;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.DeliveryException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpResultTest {
  private static final Instant NOW = Instant.parse("2026-11-25T14:00:00Z");
  private static final String URL = "https://hooks.example/services/T00000000/very-secret";
  private static final HttpTarget TARGET = HttpTarget.of(URL, "");

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 204, 299})
  void status2xxIsDelivered(int status) {
    assertThat(failure(status, null, "whatever")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "100, REFUSED", "301, REFUSED", "400, REFUSED", "401, REFUSED", "404, REFUSED", "413, REFUSED",
    "429, LIMITED", "408, FAILED", "425, FAILED", "500, FAILED", "503, FAILED", "599, FAILED"
  })
  void theStatusDecidesTheKind(int status, Kind kind) {
    assertThat(failure(status, null, "").orElseThrow().kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "30|30",
        " 0 |0",
        "Wed, 25 Nov 2026 14:00:45 GMT|45",
        "Wed, 25 Nov 2026 13:00:00 GMT|0",
        "Wed, 25 Nov 2099 13:00:00 GMT|3600",
        "999999999|3600"
      })
  void retryAfterIsSecondsOrADateAndBounded(String header, long seconds) {
    assertThat(failure(429, header, "").orElseThrow().retryAfter())
        .contains(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-5", "1.5", "99999999999999999999", "Wed, 32 Nov 2026"})
  void anUnreadableRetryAfterIsIgnored(String header) {
    assertThat(failure(429, header, "").orElseThrow().retryAfter()).isEmpty();
  }

  @Test
  void theAnswerIsShownInOneLineAndCut() {
    assertThat(failure(400, null, "\n no_\u0007text\r\nfound\u202E \n").orElseThrow())
        .hasMessage(
            "https://hooks.example answered 400: no_\uFFFDtext\uFFFD\uFFFDfound\uFFFD"
                + " (expected: 2xx; are the URL and the secret right?)");
    assertThat(failure(500, null, "x".repeat(5_000)).orElseThrow())
        .hasMessage("https://hooks.example answered 500: " + "x".repeat(199) + "… (expected: 2xx)");
    assertThat(failure(500, null, " ").orElseThrow())
        .hasMessage("https://hooks.example answered 500 (expected: 2xx)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cannot POST /services/T00000000/very-secret",
        "{\"path\":\"\\/services\\/T00000000\\/very-secret\"}",
        "bad signature, key was sign-key"
      })
  void secretsInTheAnswerAreHidden(String body) {
    assertThat(failure(404, null, body).orElseThrow())
        .hasMessageNotContainingAny("T00000000", "very-secret", "sign-key")
        .hasMessageContaining("…");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://evil.example/very-secret?x=1|evil.example",
        "//evil.example:8443/x|evil.example",
        "/login|hooks.example",
        "not a url|nowhere",
        "|nowhere"
      })
  void aRedirectIsRefusedAndItsHostNamed(@Nullable String location, String host) {
    DeliveryException failure =
        new HttpResult(302, null, location, "see other")
            .failure(Reading.BY_STATUS, TARGET, Redaction.of(URL, Optional.empty()), NOW)
            .orElseThrow();
    assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
    assertThat(failure)
        .hasMessage(
            "https://hooks.example answered 302, a redirect to "
                + host
                + " (expected: 2xx; redirects are not followed, is the URL right?)");
  }

  private static Optional<DeliveryException> failure(
      int status, @Nullable String retryAfter, String body) {
    return new HttpResult(status, retryAfter, null, body)
        .failure(Reading.BY_STATUS, TARGET, Redaction.of(URL, Optional.of("sign-key")), NOW);
  }
}
