package fil.heartbeat.alert.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTargetTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://hooks.example/a/b?c=d|true|hooks.example|443|/a/b?c=d|https://hooks.example",
        "HTTP://hooks.example|false|hooks.example|80|/|http://hooks.example",
        "http://alert_manager:9093/|false|alert_manager|9093|/|http://alert_manager:9093",
        "https://[::1]:8443/x%20y|true|[::1]|8443|/x%20y|https://[::1]:8443",
        "http://[::1]/|false|[::1]|80|/|http://[::1]"
      })
  void aUrlIsParsed(String url, boolean tls, String host, int port, String uri, String shown) {
    HttpTarget target = HttpTarget.of(url, "");
    assertThat(target).isEqualTo(new HttpTarget(tls, host, port, uri, Optional.empty()));
    assertThat(target).hasToString(shown);
  }

  @ParameterizedTest
  @CsvSource({
    "http://am:9093, /api/v2/alerts",
    "http://am:9093/, /api/v2/alerts",
    "http://am:9093/base//, /base/api/v2/alerts",
    "http://am:9093/base?x=1, /base/api/v2/alerts?x=1"
  })
  void aPathIsAddedBelowTheUrl(String url, String uri) {
    assertThat(HttpTarget.of(url, "/api/v2/alerts").uri()).isEqualTo(uri);
  }

  @ParameterizedTest
  @CsvSource({
    "https://a/b, /b?wait=true",
    "https://a/b?wait=false&x=1, /b?x=1&wait=true",
    "https://a?waiter=1, /?waiter=1&wait=true"
  })
  void aParameterReplacesThoseOfItsName(String url, String uri) {
    assertThat(HttpTarget.of(url, "").query("wait", "true").uri()).isEqualTo(uri);
  }

  @Test
  void userAndPasswordAreSentAndNotShown() {
    HttpTarget target = HttpTarget.of("https://al%40ice:p%3Ass@am_1.example/x", "");
    // al@ice:p:ss
    assertThat(target.credentials()).contains("Basic YWxAaWNlOnA6c3M=");
    assertThat(target).hasToString("https://am_1.example");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hooks.example/very-secret",
        "ftp://hooks.example/very-secret",
        "https:///very-secret",
        "https://hooks.example:0/very-secret",
        "https://hooks.example:65536/very-secret",
        "https://hooks.example:x/very-secret",
        "https://hooks example/very-secret",
        "mailto:very-secret"
      })
  void anInvalidUrlIsRejectedAndNotShown(String url) {
    assertThatThrownBy(() -> HttpTarget.of(url, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("its URL is none (expected: https://<host>[:<port>]/…)");
  }
}
