package fil.heartbeat.aggregator;

/**
 * The time in which we read what peers send: it stands still while an event loop does, and until
 * what came meanwhile is surely read. A value; times are {@code System.nanoTime} values.
 */
final class ReadTime {
  /** The event loops run many times a second; one that has not for so long is held up. */
  private static final long HELD_UP_NANOS = 1_000_000_000L;

  /** What takes the loops to read all that came while they were held up. */
  private static final long CATCH_UP_NANOS = 2_000_000_000L;

  private long read;
  private long lastNanos;
  private long behindUntilNanos;

  ReadTime(long nowNanos) {
    lastNanos = nowNanos;
    behindUntilNanos = nowNanos;
  }

  /**
   * Some time has passed; to be called many times a second.
   *
   * @param standstillNanos for how long the event loop that is worst off has not run
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

  /** Nanoseconds of it so far. */
  synchronized long nanos() {
    return read;
  }
}
