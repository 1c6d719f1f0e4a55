package fil.heartbeat.aggregator;

import fil.heartbeat.chain.Network;
import fil.heartbeat.fleet.FleetLimits;
import fil.heartbeat.fleet.FleetSettings;
import java.util.Optional;

/**
 * The bounds and rules of an aggregator, fixed while it runs.
 *
 * @param network the configured one; empty when each genesis is judged by itself
 * @param fleet the rules' numbers
 */
public record AggregatorSettings(
    Optional<Network> network, FleetLimits limits, FleetSettings fleet) {

  /** The defaults, for any network. */
  public static final AggregatorSettings DEFAULT =
      new AggregatorSettings(Optional.empty(), FleetLimits.DEFAULT, FleetSettings.DEFAULT);

  /** The same for a network. */
  public AggregatorSettings withNetwork(Optional<Network> configured) {
    return new AggregatorSettings(configured, limits, fleet);
  }

  /** The same with another bound on beats. */
  public AggregatorSettings withBeats(int ratePerSecond, int burst) {
    return new AggregatorSettings(network, limits.withBeats(ratePerSecond, burst), fleet);
  }
}
