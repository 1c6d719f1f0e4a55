package fil.heartbeat.alert.rule;

import fil.heartbeat.alert.state.AlertKey;
import fil.heartbeat.fleet.Moved;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Since when the member that a firing alert is about has not been reported, although the node
 * beats. One entry at most for each live alert.
 */
final class Untold {

  /** How long an alert waits for its member. */
  static final Duration LASTS = Duration.ofHours(1);

  private final Map<AlertKey, Instant> since = new HashMap<>();

  /** Whether the member has now been missing for too long. */
  boolean isOver(AlertKey key, boolean missing, Instant now) {
    if (!missing) {
      since.remove(key);
      return false;
    }
    return !since.computeIfAbsent(key, ignored -> now).plus(LASTS).isAfter(now);
  }

  /** Drops the entries of alerts that have ended. */
  void retain(Predicate<AlertKey> isLive) {
    since.keySet().removeIf(isLive.negate());
  }

  /** Adjusts stored times after the clock was set. */
  void moved(Duration by) {
    since.replaceAll((key, at) -> Moved.moved(at, by));
  }
}
