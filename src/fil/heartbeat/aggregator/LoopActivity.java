package fil.heartbeat.aggregator;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * When each event loop last ran: connections live on all of them, and a loop that is held up
 * delivers the beats of its nodes late. Each element is written by its own loop. Thread-safe.
 */
final class LoopActivity {
  private final AtomicLongArray lastRun;

  LoopActivity(int loops, long nowNanos) {
    lastRun = new AtomicLongArray(loops);
    for (int i = 0; i < loops; i++) {
      lastRun.set(i, nowNanos);
    }
  }

  /** Records that the loop runs. */
  void ran(int loop, long nowNanos) {
    lastRun.set(loop, nowNanos);
  }

  /** Returns the longest time since any loop last ran. */
  long longestStandstill(long nowNanos) {
    long longest = 0;
    for (int i = 0; i < lastRun.length(); i++) {
      longest = Math.max(longest, nowNanos - lastRun.get(i));
    }
    return longest;
  }
}
