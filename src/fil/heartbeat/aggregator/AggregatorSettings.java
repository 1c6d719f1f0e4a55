package fil.heartbeat.aggregator;

import fil.heartbeat.chain.Network;
import fil.heartbeat.fleet.FleetLimits;
import fil.heartbeat.fleet.FleetSettings;
import java.util.Optional;

/**
 * The limits and rules of an aggregator; they do not change while it runs.
 *
 * @param network the configured one; empty to judge each claimed genesis as a network of its own
 * @param fleet the thresholds that nodes are judged by
 * @param capacity of this process; what waits is limited by it
 */
public record AggregatorSettings(
    Optional<Network> network, FleetLimits limits, FleetSettings fleet, NodeCapacity capacity) {

  /** The defaults, for any network. */
  public static final AggregatorSettings DEFAULT =
      new AggregatorSettings(Optional.empty(), FleetLimits.DEFAULT, FleetSettings.DEFAULT);

  /** Of a process that nobody measured. */
  public AggregatorSettings(Optional<Network> network, FleetLimits limits, FleetSettings fleet) {
    this(network, limits, fleet, NodeCapacity.UNKNOWN);
  }

  /** Returns a copy for a measured process. */
  public AggregatorSettings withCapacity(NodeCapacity measured) {
    return new AggregatorSettings(network, limits, fleet, measured);
  }

  /** Returns a copy for another network. */
  public AggregatorSettings withNetwork(Optional<Network> configured) {
    return new AggregatorSettings(configured, limits, fleet, capacity);
  }

  /** Returns a copy with another rate limit on beats. */
  public AggregatorSettings withBeats(int ratePerSecond, int burst) {
    return new AggregatorSettings(network, limits.withBeats(ratePerSecond, burst), fleet, capacity);
  }
}
