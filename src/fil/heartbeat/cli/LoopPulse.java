package fil.heartbeat.cli;

import java.time.Duration;

/**
 * Whether a thread still takes tasks, found out by asking it. A second counts only when whoever
 * asks was on time too: a process that was suspended or stopped, or a machine that is busy, is no
 * dead thread. Asked by one thread, answered by another.
 */
final class LoopPulse {

  /** The asking thread looks once a second; later than this it was held up itself. */
  private static final long ON_TIME_NANOS = Duration.ofMillis(1_500).toNanos();

  private final long limitNanos;
  private long lastNanos;
  private long waitedNanos;
  private volatile boolean answered = true;

  /**
   * @param limit how long a question may go unanswered
   */
  LoopPulse(Duration limit, long nowNanos) {
    this.limitNanos = limit.toNanos();
    this.lastNanos = nowNanos;
  }

  /**
   * A look at the thread, once a second.
   *
   * @return whether it is to be asked again, since it answered the question before
   */
  boolean look(long nowNanos) {
    long elapsed = nowNanos - lastNanos;
    lastNanos = nowNanos;
    if (answered) {
      answered = false;
      waitedNanos = 0;
      return true;
    }
    if (elapsed <= ON_TIME_NANOS) {
      waitedNanos += elapsed;
    }
    return false;
  }

  /** The thread took the task that asks. */
  void answer() {
    answered = true;
  }

  boolean isDead() {
    return !answered && waitedNanos >= limitNanos;
  }
}
