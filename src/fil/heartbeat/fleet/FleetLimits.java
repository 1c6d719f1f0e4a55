package fil.heartbeat.fleet;

import java.time.Duration;

/**
 * How much an aggregator stores and accepts.
 *
 * @param maxNodes peers stored; about 5 KiB each, more with optional members
 * @param forgetAfter silence after which a peer that is not expected is forgotten
 * @param maxBeatRate beats accepted from one peer a second
 * @param beatBurst beats accepted from one peer at once
 */
public record FleetLimits(int maxNodes, Duration forgetAfter, int maxBeatRate, int beatBurst) {

  public static final FleetLimits DEFAULT = new FleetLimits(50_000, Duration.ofDays(7), 20, 100);

  /** Returns a copy with another maximum of peers. */
  public FleetLimits withMaxNodes(int nodes) {
    return new FleetLimits(nodes, forgetAfter, maxBeatRate, beatBurst);
  }

  /** Returns a copy with another rate limit on beats. */
  public FleetLimits withBeats(int ratePerSecond, int burst) {
    return new FleetLimits(maxNodes, forgetAfter, ratePerSecond, burst);
  }
}
