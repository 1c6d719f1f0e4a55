package fil.heartbeat.swarm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;

/**
 * When to dial one target: a bounded number of dials at once, and after a failure a wait with full
 * jitter, up to a bound that doubles. Holds each waiting dialer once. No clock of its own.
 *
 * @param <T> the dialer
 */
final class DialPace<T> {
  private static final long FIRST_BOUND_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long LAST_BOUND_NANOS = Duration.ofSeconds(10).toNanos();

  /** Enough to reach the last bound. */
  private static final int MAX_DOUBLINGS = 4;

  private record Wait<T>(long dueNanos, long turn, T dialer) {}

  private final int mostAtOnce;
  private final RandomGenerator random;
  private final long originNanos;
  private final PriorityQueue<Wait<T>> waits =
      new PriorityQueue<>(
          Comparator.<Wait<T>>comparingLong(Wait::dueNanos).thenComparingLong(Wait::turn));
  private long turns;
  private int dialling;

  /**
   * @param originNanos origin of the due times
   */
  DialPace(int mostAtOnce, RandomGenerator random, long originNanos) {
    this.mostAtOnce = mostAtOnce;
    this.random = random;
    this.originNanos = originNanos;
  }

  /**
   * Queues a dial.
   *
   * @param failures in a row before it; 0 queues it without a wait
   */
  void want(T dialer, int failures, long nowNanos) {
    long wait = failures == 0 ? 0 : (long) (random.nextDouble() * boundNanos(failures));
    waits.add(new Wait<>(nowNanos - originNanos + wait, turns++, dialer));
  }

  /** Returns the dialers that may dial now; {@link #settled} must be called once for each. */
  List<T> take(long nowNanos) {
    List<T> taken = new ArrayList<>();
    while (dialling < mostAtOnce) {
      Wait<T> first = waits.peek();
      if (first == null || first.dueNanos() > nowNanos - originNanos) {
        break;
      }
      waits.remove();
      dialling++;
      taken.add(first.dialer());
    }
    return taken;
  }

  /** Notes that a dial ended, successfully or not. */
  void settled() {
    dialling--;
  }

  /** Returns the longest wait after this many failures in a row, 1 or more. */
  static long boundNanos(int failures) {
    return Math.min(LAST_BOUND_NANOS, FIRST_BOUND_NANOS << Math.min(failures - 1, MAX_DOUBLINGS));
  }
}
