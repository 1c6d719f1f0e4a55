package fil.heartbeat.aggregator;

import java.time.Duration;
import java.time.Instant;

/**
 * A moment on both clocks.
 *
 * @param at wall clock, which may be set
 * @param nanos monotonic, of {@link System#nanoTime}
 */
record Moment(Instant at, long nanos) {

  /** Returns the same moment on a wall clock that was set. */
  Moment moved(Duration by) {
    return new Moment(at.plus(by), nanos);
  }
}
