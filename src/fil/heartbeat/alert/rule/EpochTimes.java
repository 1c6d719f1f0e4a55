package fil.heartbeat.alert.rule;

import fil.heartbeat.fleet.NetworkReport;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The epochs of a network by its clock.
 *
 * @param epoch the present one
 * @param next when the one after it begins
 * @param length of an epoch
 */
record EpochTimes(long epoch, Instant next, Duration length) {

  /**
   * Returns the epochs of a network; null when it has no known clock.
   *
   * @param before those of an earlier report; null for none. A tipset that is ahead of our clock
   *     says nothing about the length of an epoch, which stays
   */
  static @Nullable EpochTimes of(NetworkReport report, @Nullable EpochTimes before) {
    Long expected = report.heights().expected();
    Long best = report.heights().best();
    Instant newest = report.clock().newestBlock();
    Instant next = report.clock().nextEpoch();
    if (expected == null || next == null) {
      return null;
    }
    if (best != null && newest != null && best <= expected) {
      Duration length = Duration.between(newest, next).dividedBy(expected + 1 - best);
      return new EpochTimes(expected, next, length);
    }
    return before == null ? null : new EpochTimes(expected, next, before.length());
  }

  /** Returns when an epoch begins. */
  Instant startOf(long height) {
    return next.plus(length.multipliedBy(height - epoch - 1));
  }
}
