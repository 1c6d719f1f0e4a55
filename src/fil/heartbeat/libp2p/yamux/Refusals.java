package fil.heartbeat.libp2p.yamux;

/** A counter with a limit per minute, in whole minutes from the first event on. */
final class Refusals {
  private static final long MINUTE_NANOS = 60_000_000_000L;
  private final int limit;
  private boolean started;
  private long since;
  private int inMinute;
  private long total;

  Refusals(int limit) {
    this.limit = limit;
  }

  /**
   * Counts one; returns false when the minute has too many.
   *
   * @param inTotal whether to add it to the total too
   */
  boolean add(long nowNanos, boolean inTotal) {
    if (!started || nowNanos - since >= MINUTE_NANOS) {
      started = true;
      since = nowNanos;
      inMinute = 0;
    }
    if (inTotal) {
      total++;
    }
    inMinute++;
    return inMinute <= limit;
  }

  long total() {
    return total;
  }
}
