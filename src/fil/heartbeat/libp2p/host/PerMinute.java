package fil.heartbeat.libp2p.host;

/** A limit per minute, counted in consecutive whole minutes. Not thread-safe. */
public final class PerMinute {
  private static final long MINUTE_NANOS = 60_000_000_000L;

  private final int max;
  private long sinceNanos;
  private int count;

  /**
   * @param max how many a minute allows, at least 0
   * @param nowNanos when the first minute begins, on the clock of {@link System#nanoTime}
   */
  public PerMinute(int max, long nowNanos) {
    this.max = max;
    this.sinceNanos = nowNanos;
  }

  /** Counts one; returns false when the limit of the present minute is used up. */
  public boolean allows(long nowNanos) {
    if (nowNanos - sinceNanos >= MINUTE_NANOS) {
      sinceNanos = nowNanos;
      count = 0;
    }
    count++;
    return count <= max;
  }
}
