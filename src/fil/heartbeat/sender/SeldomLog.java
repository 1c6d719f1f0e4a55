package fil.heartbeat.sender;

import java.time.Duration;

/** Something that is said once, and again after a while at the earliest. One thread at a time. */
final class SeldomLog {
  private final long againNanos;
  private boolean said;
  private long saidNanos;

  SeldomLog(Duration again) {
    this.againNanos = again.toNanos();
  }

  /** Whether to say it now. */
  boolean isDue(long nowNanos) {
    if (said && nowNanos - saidNanos < againNanos) {
      return false;
    }
    said = true;
    saidNanos = nowNanos;
    return true;
  }
}
