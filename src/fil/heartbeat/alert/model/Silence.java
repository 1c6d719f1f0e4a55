package fil.heartbeat.alert.model;

import java.time.Duration;
import java.time.Instant;

/**
 * Mutes the selected alerts for a time. Sinks that were notified before still get the resolution.
 *
 * @param endsAt after {@code startsAt}, by at most a year
 */
public record Silence(
    String id, Selector select, Instant startsAt, Instant endsAt, String author, String comment) {
  /** The shortest duration of a request. */
  public static final Duration MIN_ASKED = Duration.ofSeconds(1);

  /** The longest duration of a request, and how far ahead it may start. */
  public static final Duration MAX_ASKED = Duration.ofDays(365);

  /** The longest author of a request, in characters. */
  public static final int MAX_AUTHOR_ASKED = 100;

  /** The longest comment of a request, in characters. */
  public static final int MAX_COMMENT_ASKED = 1_000;

  /** The longest stored duration: a requested year may be a leap year. */
  public static final Duration MAX_STORED = Duration.ofDays(366);

  /** The longest stored author or comment, in code points. */
  public static final int MAX_TEXT_STORED = 1_024;

  /** Whether it is active at this time. */
  public boolean holds(Instant now) {
    return !now.isBefore(startsAt) && now.isBefore(endsAt);
  }
}
