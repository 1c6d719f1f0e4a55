package fil.heartbeat.text;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Formats points and lengths of time for people. */
public final class Moments {
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final DateTimeFormatter DAY_AND_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Moments() {}

  /** {@code 2026-11-25 14:03:05 UTC}. */
  public static String utc(Instant at) {
    return MOMENT.format(at);
  }

  /** {@code 14:03:05} of the same day by UTC, else {@code 2026-11-25 14:03:05}. */
  public static String shortly(Instant at, Instant now) {
    boolean today = at.truncatedTo(ChronoUnit.DAYS).equals(now.truncatedTo(ChronoUnit.DAYS));
    return (today ? TIME : DAY_AND_TIME).format(at);
  }

  /** {@code 2026-11-25T14:03:05Z}, or a text for an unknown time. */
  public static String orUnknown(@Nullable Instant at) {
    return at == null ? "an unknown time" : at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Its two greatest units: {@code 45 s}, {@code 4 min 10 s}, {@code 2 h 5 min}, {@code 3 d}. */
  public static String span(Duration span) {
    long seconds = Math.max(0, span.toSeconds());
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3_600) {
      return two(seconds / 60, "min", seconds % 60, "s");
    }
    return seconds < 86_400
        ? two(seconds / 3_600, "h", seconds / 60 % 60, "min")
        : two(seconds / 86_400, "d", seconds / 3_600 % 24, "h");
  }

  private static String two(long great, String greatUnit, long small, String smallUnit) {
    return great + " " + greatUnit + (small == 0 ? "" : " " + small + " " + smallUnit);
  }
}
