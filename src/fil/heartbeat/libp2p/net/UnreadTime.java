package fil.heartbeat.libp2p.net;

/** Adds up the times in which a connection was not read. Thread-safe. */
final class UnreadTime {
  private long total;
  private long sinceNanos;
  private boolean now;

  synchronized void begin(long nowNanos) {
    now = true;
    sinceNanos = nowNanos;
  }

  synchronized void end(long nowNanos) {
    total = nanos(nowNanos);
    now = false;
  }

  /** Returns the total so far, including a period that still lasts. */
  synchronized long nanos(long nowNanos) {
    return now ? total + Math.max(0, nowNanos - sinceNanos) : total;
  }
}
