package fil.heartbeat.alert.model;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * What people read of an alert.
 *
 * @param summary one line: who, and what was seen
 * @param detail null when the summary says it all
 */
public record AlertText(String summary, @Nullable String detail) {

  /** A time as people read it. */
  public static String at(@Nullable Instant instant) {
    return instant == null ? "an unknown time" : instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
