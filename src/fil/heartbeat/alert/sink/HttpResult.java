package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.DeliveryException.Kind;
import fil.heartbeat.text.Untrusted;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A receiver's answer.
 *
 * @param retryAfter header: seconds or a date
 * @param location header of a redirect
 * @param body its beginning
 */
record HttpResult(int status, @Nullable String retryAfter, @Nullable String location, String body) {

  /** The most characters shown of a body or a host: a line of a log. */
  static final int MAX_SHOWN = 200;

  /** The failure; empty when the receiver accepted the request. */
  Optional<DeliveryException> failure(HttpTarget from, Redaction hidden, Instant now) {
    return status / 100 == 2
        ? Optional.empty()
        : Optional.of(new DeliveryException(kind(), message(from, hidden), wait(now)));
  }

  private Kind kind() {
    return switch (status) {
      case 429 -> Kind.LIMITED;
      case 408, 425 -> Kind.FAILED;
      default -> status / 100 == 5 ? Kind.FAILED : Kind.REFUSED;
    };
  }

  private String message(HttpTarget from, Redaction hidden) {
    String what = from + " answered " + status;
    if (status / 100 == 3) {
      return what
          + ", a redirect to "
          + redirectedTo(from)
          + " (expected: 2xx; redirects are not followed, is the URL right?)";
    }
    String said = Untrusted.cut(Untrusted.line(hidden.in(body).strip()), MAX_SHOWN);
    String hint = kind() == Kind.REFUSED ? "2xx; are the URL and the secret right?" : "2xx";
    return what + (said.isEmpty() ? "" : ": " + said) + " (expected: " + hint + ")";
  }

  /** Only the host: the rest may be a secret. */
  private String redirectedTo(HttpTarget from) {
    String host = null;
    try {
      URI uri = location == null ? null : URI.create(location);
      host = uri == null ? null : uri.getRawAuthority() == null ? from.host() : uri.getHost();
    } catch (IllegalArgumentException e) {
      // Handled below as a redirect without a target.
    }
    return host == null ? "nowhere" : Untrusted.cut(Untrusted.line(host), MAX_SHOWN);
  }

  private @Nullable Duration wait(Instant now) {
    if (retryAfter == null) {
      return null;
    }
    String text = retryAfter.strip();
    try {
      Duration wait =
          text.matches("[0-9]{1,9}")
              ? Duration.ofSeconds(Long.parseLong(text))
              : Duration.between(
                  now, DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from));
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeException e) {
      return null;
    }
  }
}
