package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.DeliveryException.Kind;
import fil.heartbeat.text.Untrusted;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
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

  boolean isSuccess() {
    return status / 100 == 2;
  }

  /**
   * The failure; empty when the receiver accepted the request.
   *
   * @param reading what the answer says beyond its status
   */
  Optional<DeliveryException> failure(
      Reading reading, HttpTarget from, Redaction hidden, Instant now) {
    if (isSuccess() && reading.kind().isEmpty()) {
      return Optional.empty();
    }
    Kind kind = reading.kind().orElseGet(this::kind);
    Duration asked =
        Stream.of(wait(now), reading.pause())
            .flatMap(Optional::stream)
            .max(Comparator.naturalOrder())
            .orElse(null);
    return Optional.of(new DeliveryException(kind, message(reading, kind, from, hidden), asked));
  }

  private Kind kind() {
    return switch (status) {
      case 429 -> Kind.LIMITED;
      case 408, 425 -> Kind.FAILED;
      default -> status / 100 == 5 ? Kind.FAILED : Kind.REFUSED;
    };
  }

  private String message(Reading reading, Kind kind, HttpTarget from, Redaction hidden) {
    String what = from + " answered " + status;
    if (status / 100 == 3) {
      return what
          + ", a redirect to "
          + redirectedTo(from)
          + " (expected: 2xx; redirects are not followed, is the URL right?)";
    }
    String words = hidden.in(reading.said().orElse(body)).strip();
    String said = Untrusted.cut(Untrusted.line(words), MAX_SHOWN);
    String usual = kind == Kind.REFUSED ? "2xx; are the URL and the secret right?" : "2xx";
    String hint = reading.expected().map(text -> "2xx; " + text).orElse(usual);
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

  private Optional<Duration> wait(Instant now) {
    if (retryAfter == null) {
      return Optional.empty();
    }
    String text = retryAfter.strip();
    try {
      Duration wait =
          text.matches("[0-9]{1,9}")
              ? Duration.ofSeconds(Long.parseLong(text))
              : Duration.between(
                  now, DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from));
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
