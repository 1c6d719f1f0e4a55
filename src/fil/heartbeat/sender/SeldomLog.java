package fil.heartbeat.sender;

import java.time.Duration;

/** A rate limit for a log line: once, and again after a while at the earliest. Not thread-safe. */
final class SeldomLog {
  private final long againNanos;
  private boolean said;
  private long saidNanos;

  SeldomLog(Duration again) {
    this.againNanos = again.toNanos();
  }

  /** Whether to log now. */
  boolean isDue(long nowNanos) {
    if (said && nowNanos - saidNanos < againNanos) {
      return false;
    }
    said = true;
    saidNanos = nowNanos;
    return true;
  }
}
