package fil.heartbeat.aggregator;

import java.time.Duration;
import java.time.Instant;

/**
 * A moment on both clocks.
 *
 * @param at on the wall, which may be set
 * @param nanos monotonic, of {@link System#nanoTime}
 */
record Moment(Instant at, long nanos) {

  /** The same on a wall clock that was set. */
  Moment moved(Duration by) {
    return new Moment(at.plus(by), nanos);
  }
}
