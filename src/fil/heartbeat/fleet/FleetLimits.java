package fil.heartbeat.fleet;

import java.time.Duration;

/**
 * How much an aggregator keeps and takes.
 *
 * @param maxNodes peers kept; about 6 KiB each
 * @param forgetAfter silence after which a peer that is not expected is forgotten
 * @param maxBeatRate beats taken of one peer a second
 * @param beatBurst beats taken of one peer at once
 */
public record FleetLimits(int maxNodes, Duration forgetAfter, int maxBeatRate, int beatBurst) {

  public static final FleetLimits DEFAULT = new FleetLimits(50_000, Duration.ofDays(7), 20, 100);

  /** The same with room for another number of peers. */
  public FleetLimits withMaxNodes(int nodes) {
    return new FleetLimits(nodes, forgetAfter, maxBeatRate, beatBurst);
  }

  /** The same with another bound on beats. */
  public FleetLimits withBeats(int ratePerSecond, int burst) {
    return new FleetLimits(maxNodes, forgetAfter, ratePerSecond, burst);
  }
}
