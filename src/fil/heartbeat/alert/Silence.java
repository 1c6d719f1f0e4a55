package fil.heartbeat.alert;

import fil.heartbeat.config.Selector;
import java.time.Instant;

/**
 * Quiet for a while: what it selects is told to nobody; that it is over is told to those who knew.
 *
 * @param endsAt after {@code startsAt}, by at most a year
 */
public record Silence(
    String id, Selector select, Instant startsAt, Instant endsAt, String author, String comment) {

  /** Whether it holds at a moment. */
  public boolean holds(Instant now) {
    return !now.isBefore(startsAt) && now.isBefore(endsAt);
  }
}
