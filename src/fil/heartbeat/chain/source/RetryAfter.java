package fil.heartbeat.chain.source;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** The header {@code Retry-After}, in seconds or as a date. Pure. */
final class RetryAfter {
  static final Duration LEAST = Duration.ofMinutes(1);
  static final Duration MOST = Duration.ofMinutes(5);

  /** More digits than any wait has. */
  private static final int MAX_DIGITS = 18;

  private RetryAfter() {}

  /**
   * Returns the wait, 1 to 5 minutes; null when the header is missing or odd.
   *
   * @param now by the server's clock
   */
  static @Nullable Duration read(@Nullable String header, Instant now) {
    if (header == null) {
      return null;
    }
    String text = header.strip();
    if (!text.isEmpty() && text.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
      return text.length() > MAX_DIGITS ? MOST : clamped(Duration.ofSeconds(Long.parseLong(text)));
    }
    Instant until = httpDate(text);
    return until == null ? null : clamped(Duration.between(now, until));
  }

  /** Returns the moment that an HTTP date names; null when it is missing or odd. */
  static @Nullable Instant httpDate(@Nullable String header) {
    try {
      return header == null
          ? null
          : DateTimeFormatter.RFC_1123_DATE_TIME.parse(header, Instant::from);
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static Duration clamped(Duration wait) {
    return wait.compareTo(LEAST) < 0 ? LEAST : wait.compareTo(MOST) > 0 ? MOST : wait;
  }
}
