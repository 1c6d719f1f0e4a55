package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.FleetLimits;

/** A token bucket: how many beats a peer may still send now. */
final class BeatBudget {
  private double tokens;
  private long lastNanos;

  BeatBudget(int burst, long nowNanos) {
    this.tokens = burst;
    this.lastNanos = nowNanos;
  }

  /** Takes a token; returns false when none is left. */
  boolean take(FleetLimits limits, long nowNanos) {
    long elapsed = Math.max(0, nowNanos - lastNanos);
    lastNanos = nowNanos;
    tokens = Math.min(limits.beatBurst(), tokens + elapsed * 1e-9 * limits.maxBeatRate());
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }
}
