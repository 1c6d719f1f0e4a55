package fil.heartbeat.aggregator;

import fil.heartbeat.chain.EpochClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The present epoch, by a clock that may be wrong. After the clock was set, heads are still
 * measured by the old time; the new time is adopted once the heads of five minutes fit it no worse.
 * So a corrected clock is trusted, and one that was set wrong has no effect.
 */
final class EpochLine {

  /** Epochs by which all heads must be late before the clock is suspected. */
  static final int SUSPECT_LAG = 4;

  private static final long PERIOD_NANOS = 10_000_000_000L;

  /** Samples of five minutes, including the first. */
  private static final int SAMPLES = 31;

  /**
   * Fraction of the usual pace at which a network still counts as healthy; its inverse is the upper
   * bound.
   */
  private static final double PACE = 0.7;

  /**
   * @param best the best height; -1 for none
   * @param byWall the epoch by the present clock
   * @param byLine the epoch that heads are measured against
   */
  private record Sample(long nanos, long best, long byWall, long byLine) {}

  private final Optional<EpochClock> clock;
  private final Deque<Sample> samples = new ArrayDeque<>(SAMPLES);

  /** Difference between the present clock and the one that heads are measured by. */
  private Duration doubted = Duration.ZERO;

  /** Epochs by which the clock is reported to be ahead; 0 while nothing is reported. */
  private long said;

  EpochLine(Optional<EpochClock> clock) {
    this.clock = clock;
  }

  /** Returns the epoch at a moment; null without a known clock. */
  @Nullable Long at(Instant time) {
    return clock.map(known -> known.epochAt(time.minus(doubted))).orElse(null);
  }

  /** Returns the epoch at a moment by the present clock, trusted or not. */
  @Nullable Long byWall(Instant time) {
    return clock.map(known -> known.epochAt(time)).orElse(null);
  }

  /** Returns the difference between the present clock and the one that heads are measured by. */
  Duration doubted() {
    return doubted;
  }

  /** Returns when an epoch starts; null without a known clock. */
  @Nullable Instant startOf(long epoch) {
    return clock.map(known -> known.startOf(epoch).plus(doubted)).orElse(null);
  }

  /** The clock was set. Suspended time is no reason to distrust it. */
  void stepped(Clocks.Step step) {
    doubted = doubted.plus(step.set());
    samples.clear();
  }

  /** Records the best height of a moment. Must be called each second. */
  void take(long best, Moment now) {
    Sample last = samples.peekLast();
    Long byWall = byWall(now.at());
    Long byLine = at(now.at());
    if (byWall == null
        || byLine == null
        || (last != null && now.nanos() - last.nanos < PERIOD_NANOS)) {
      return;
    }
    if (samples.size() == SAMPLES) {
      samples.removeFirst();
    }
    samples.addLast(new Sample(now.nanos(), best, byWall, byLine));
    if (!doubted.isZero() && samples.size() == SAMPLES && fitsNoWorse()) {
      doubted = Duration.ZERO;
      samples.clear();
    }
  }

  private boolean fitsNoWorse() {
    long wall = 0;
    long line = 0;
    for (Sample each : samples) {
      wall += misfit(each.best, each.byWall);
      line += misfit(each.best, each.byLine);
    }
    return wall <= line;
  }

  /** Distance of a height from an epoch; blocks of an epoch arrive in it or in the next. */
  private static long misfit(long best, long epoch) {
    return best < 0 ? 0 : Math.max(0, Math.max(best - epoch, epoch - 1 - best));
  }

  /**
   * Returns about how far the clock is ahead of the nodes' clocks, negative when behind; null while
   * it seems right. A reported value stands while it is right within one epoch, since blocks arrive
   * in their epoch or in the next.
   *
   * @param most the height that most nodes report, when it is in the future; else null
   */
  @Nullable Duration wrongBy(@Nullable Long most, Moment now) {
    Long byWall = byWall(now.at());
    if (byWall == null || clock.isEmpty() || (most == null && !seemsFast())) {
      said = 0;
      return null;
    }
    long epochs =
        most == null
            ? samples.stream().mapToLong(each -> each.byWall - each.best).min().orElseThrow()
            : byWall - most;
    if (said == 0 || Math.abs(epochs - said) > 1) {
      said = epochs;
    }
    return Duration.ofSeconds(said * clock.get().epochSeconds());
  }

  /**
   * Whether all heads have been late by the clock for five minutes and yet rise at the usual pace.
   */
  boolean seemsFast() {
    Sample first = samples.peekFirst();
    Sample last = samples.peekLast();
    if (clock.isEmpty() || first == null || last == null || samples.size() < SAMPLES) {
      return false;
    }
    double usual = (last.nanos - first.nanos) / 1e9 / clock.get().epochSeconds();
    double pace = (last.best - first.best) / usual;
    return first.best >= 0
        && pace >= PACE
        && pace <= 1 / PACE
        && samples.stream().allMatch(each -> each.byWall - each.best >= SUSPECT_LAG);
  }
}
