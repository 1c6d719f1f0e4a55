package fil.heartbeat.aggregator;

/**
 * The time during which data of peers is read: it stops while an event loop is held up, and until
 * the data that arrived meanwhile is surely read. Times are {@code System.nanoTime} values.
 */
final class ReadTime {
  /** The event loops run many times a second; one that has not run for this long is held up. */
  private static final long HELD_UP_NANOS = 1_000_000_000L;

  /** Time that the loops need to read everything that arrived while they were held up. */
  private static final long CATCH_UP_NANOS = 2_000_000_000L;

  private long read;
  private long lastNanos;
  private long behindUntilNanos;

  ReadTime(long nowNanos) {
    lastNanos = nowNanos;
    behindUntilNanos = nowNanos;
  }

  /**
   * Advances the time. Must be called many times a second.
   *
   * @param standstillNanos longest time since any event loop last ran
   */
  synchronized void pass(long nowNanos, long standstillNanos) {
    long passed = nowNanos - lastNanos;
    lastNanos = nowNanos;
    if (Math.max(passed, standstillNanos) >= HELD_UP_NANOS) {
      behindUntilNanos = nowNanos + CATCH_UP_NANOS;
    } else if (nowNanos - behindUntilNanos >= 0) {
      read += passed;
    }
  }

  /** Returns the reading time so far, nanoseconds. */
  synchronized long nanos() {
    return read;
  }
}
