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

  /** What a client may name: beyond these, sums and milliseconds overflow somewhere. */
  private static final Instant FIRST = Instant.EPOCH;

  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private static final String RANGE = "a time of the years 1970 to 9999";

  private Times() {}

  /** What is expected instead of what failed so. */
  static String expected(DateTimeException failure, String form) {
    return failure instanceof DateTimeParseException ? form : RANGE;
  }

  /**
   * A time that a client names, in ISO-8601.
   *
   * @throws DateTimeParseException when it is none
   * @throws DateTimeException when it is not of the years 1970 to 9999
   */
  public static Instant parse(String text) {
    return within(Instant.parse(text));
  }

  /**
   * A time that a client names.
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
