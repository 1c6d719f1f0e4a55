package fil.heartbeat.aggregator;

import fil.heartbeat.chain.EpochClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which epoch it is, by a clock that may be wrong. When the clock is set, heads go on to be
 * measured by what it was before; the new time counts when the heads of five minutes fit it no
 * worse. So a clock that is put right is believed, and one that is set wrong decides nothing.
 */
final class EpochLine {

  /** Epochs that the heads must be late by for the clock to be wrong. */
  static final int SUSPECT_LAG = 4;

  private static final long PERIOD_NANOS = 10_000_000_000L;

  /** Of five minutes, the first one included. */
  private static final int SAMPLES = 31;

  /** The part of the usual pace that a network rises by which only seems late, and its inverse. */
  private static final double PACE = 0.7;

  /**
   * @param best the best height; -1 for none
   * @param byWall the epoch by the clock as it is
   * @param byLine the epoch by which heads are measured
   */
  private record Sample(long nanos, long best, long byWall, long byLine) {}

  private final Optional<EpochClock> clock;
  private final Deque<Sample> samples = new ArrayDeque<>(SAMPLES);

  /** By how much the clock as it is differs from the one that heads are measured by. */
  private Duration doubted = Duration.ZERO;

  /** Epochs that the clock is said to be ahead by; 0 while nothing is said. */
  private long said;

  EpochLine(Optional<EpochClock> clock) {
    this.clock = clock;
  }

  /** The epoch at a moment; null without a clock. */
  @Nullable Long at(Instant time) {
    return clock.map(known -> known.epochAt(time.minus(doubted))).orElse(null);
  }

  /** The epoch at a moment by the clock as it is, whether it is believed or not. */
  @Nullable Long byWall(Instant time) {
    return clock.map(known -> known.epochAt(time)).orElse(null);
  }

  /** When an epoch starts; null without a clock. */
  @Nullable Instant startOf(long epoch) {
    return clock.map(known -> known.startOf(epoch).plus(doubted)).orElse(null);
  }

  /** The clock was set. What was slept is no reason to doubt it. */
  void stepped(Clocks.Step step) {
    doubted = doubted.plus(step.set());
    samples.clear();
  }

  /** Takes the best height of a moment; to be called each second. */
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

  /** Blocks of an epoch come in it or in the next. */
  private static long misfit(long best, long epoch) {
    return best < 0 ? 0 : Math.max(0, Math.max(best - epoch, epoch - 1 - best));
  }

  /**
   * By about how much the clock is ahead of the nodes', below 0 behind; null while it seems right.
   * What was said stands while it is right within an epoch, as blocks come in it or in the next.
   *
   * @param most the height that most nodes say, when it is in the future; else null
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

  /** Whether all heads are late by the clock for five minutes, and yet rise as they should. */
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
