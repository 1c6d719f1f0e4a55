package fil.heartbeat.fleet;

import java.time.Duration;

/**
 * The thresholds that nodes are judged by.
 *
 * @param forkAfter heights in a row at which a node must differ to be forked, 1 to 100; late blocks
 *     and reorganisations cause a difference at one
 * @param disconnectedAfter how long a node may be without a connection
 * @param warming how long after its start the aggregator does not judge
 * @param slowLag epochs late from which a node is slow
 * @param behindLag epochs late from which a node is behind, and for which a head must stand still
 *     to be stalled
 * @param lagHold how long lag must last to count: heads reach nodes, and beats reach the
 *     aggregator, at different moments of an epoch
 * @param beatSlack added to a beat interval where the wall clock stands in for other nodes
 * @param fleetForkedAfter heights in a row at which the fleet's majority must differ from a
 *     reference
 */
public record FleetSettings(
    int forkAfter,
    Duration disconnectedAfter,
    Duration warming,
    int slowLag,
    int behindLag,
    Duration lagHold,
    Duration beatSlack,
    int fleetForkedAfter) {

  public static final FleetSettings DEFAULT =
      new FleetSettings(
          2,
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          2,
          5,
          Duration.ofSeconds(15),
          Duration.ofSeconds(3),
          3);

  /** Returns a copy with another {@code forkAfter}. */
  public FleetSettings withForkAfter(int heights) {
    return new FleetSettings(
        heights,
        disconnectedAfter,
        warming,
        slowLag,
        behindLag,
        lagHold,
        beatSlack,
        fleetForkedAfter);
  }

  /** Fewer voters than this decide nothing: when two differ, either may be right. */
  public static final int MIN_VOTERS = 3;
}
