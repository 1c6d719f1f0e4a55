package fil.heartbeat.api.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Times as the HTTP contract writes them: ISO-8601, UTC, with milliseconds. */
public final class Times {
  private static final DateTimeFormatter ISO_MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  /** The range that a client may use: beyond it, sums and milliseconds would overflow. */
  private static final Instant FIRST = Instant.EPOCH;

  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private static final String RANGE = "a time of the years 1970 to 9999";

  private Times() {}

  /** Returns what was expected, given how a text failed to parse. */
  static String expected(DateTimeException failure, String form) {
    return failure instanceof DateTimeParseException ? form : RANGE;
  }

  /**
   * Parses a client's time in ISO-8601.
   *
   * @throws DateTimeParseException when the text is not a time
   * @throws DateTimeException when it is not of the years 1970 to 9999
   */
  public static Instant parse(String text) {
    return within(Instant.parse(text));
  }

  /**
   * Converts a client's time in seconds since 1970.
   *
   * @throws DateTimeException when it is not of the years 1970 to 9999
   */
  static Instant ofSeconds(long seconds) {
    return within(Instant.ofEpochSecond(seconds));
  }

  private static Instant within(Instant time) {
    if (time.isBefore(FIRST) || time.isAfter(LAST)) {
      throw new DateTimeException(time + " (expected: " + RANGE + ")");
    }
    return time;
  }

  public static @Nullable String text(@Nullable Instant instant) {
    return instant == null ? null : ISO_MILLIS.format(instant);
  }
}
