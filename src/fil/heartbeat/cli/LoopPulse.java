package fil.heartbeat.cli;

import java.time.Duration;

/**
 * Detects whether a thread still runs tasks, by giving it one. A second counts only when the asking
 * thread was on time too: a suspended or stopped process, or a busy machine, is no dead thread. One
 * thread asks, another answers.
 */
final class LoopPulse {

  /** The asking thread looks once a second; beyond this it was delayed itself. */
  private static final long ON_TIME_NANOS = Duration.ofMillis(1_500).toNanos();

  private final long limitNanos;
  private long lastNanos;
  private long waitedNanos;
  private volatile boolean answered = true;

  /**
   * @param limit how long a task may wait
   */
  LoopPulse(Duration limit, long nowNanos) {
    this.limitNanos = limit.toNanos();
    this.lastNanos = nowNanos;
  }

  /**
   * Checks the thread, once a second.
   *
   * @return whether to give it a new task, since it has run the one before
   */
  boolean update(long nowNanos) {
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

  /** Called by the task on the checked thread. */
  void answer() {
    answered = true;
  }

  boolean isDead() {
    return !answered && waitedNanos >= limitNanos;
  }
}
