package fil.heartbeat.alert.model;

import java.time.Duration;
import java.time.Instant;

/**
 * Alerts that people mute for a time. Sinks that were notified before still get the resolution.
 *
 * @param endsAt after {@code startsAt}, by at most a year
 */
public record Silence(
    String id, Selector select, Instant startsAt, Instant endsAt, String author, String comment) {
  /** The shortest that may be asked for. */
  public static final Duration MIN_ASKED = Duration.ofSeconds(1);

  /** The longest that may be asked for, and how far ahead it may start. */
  public static final Duration MAX_ASKED = Duration.ofDays(365);

  /** Characters of an author that may be asked for. */
  public static final int MAX_AUTHOR_ASKED = 100;

  /** Characters of a comment that may be asked for. */
  public static final int MAX_COMMENT_ASKED = 1_000;

  /** The longest that is stored: a year asked for may be a leap year. */
  public static final Duration MAX_STORED = Duration.ofDays(366);

  /** Code points of an author or a comment that are stored. */
  public static final int MAX_TEXT_STORED = 1_024;

  /** Whether it holds at a moment. */
  public boolean holds(Instant now) {
    return !now.isBefore(startsAt) && now.isBefore(endsAt);
  }
}
