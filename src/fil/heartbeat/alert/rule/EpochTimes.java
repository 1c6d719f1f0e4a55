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

  /** The highest epoch that counts, as anywhere: 2^40 epochs of 30 s are a million years. */
  static final long MAX_EPOCH = 1L << 40;

  /** Epochs of a proving period. */
  private static final long PERIOD = 2_880;

  /** Returns when an epoch begins; of one that is too far away, when the last that counts does. */
  Instant startOf(long height) {
    long passed = Math.max(-MAX_EPOCH, Math.min(MAX_EPOCH, height - epoch - 1));
    return next.plus(length.multipliedBy(passed));
  }

  /** Whether epochs begin at the same times as by another one. */
  boolean isOf(@Nullable EpochTimes other) {
    return other != null
        && length.equals(other.length)
        && startOf(epoch).equals(other.startOf(epoch));
  }

  /** Whether epochs are within a proving period of the present one, as those of a deadline are. */
  boolean isNear(long open, long close) {
    return open <= epoch + PERIOD && close >= epoch - PERIOD;
  }
}
