package fil.heartbeat.aggregator;

import fil.heartbeat.chain.Network;
import fil.heartbeat.fleet.FleetSettings;
import java.time.Duration;
import java.util.Optional;

/**
 * The bounds and rules of an aggregator, fixed while it runs.
 *
 * @param network the configured one; empty when each genesis is judged by itself
 * @param maxNodes peers kept; about 4 KiB each
 * @param forgetAfter silence after which a peer that is not expected is forgotten
 * @param maxBeatRate beats taken of one peer a second
 * @param beatBurst beats taken of one peer at once
 * @param fleet the rules' numbers
 */
public record AggregatorSettings(
    Optional<Network> network,
    int maxNodes,
    Duration forgetAfter,
    int maxBeatRate,
    int beatBurst,
    FleetSettings fleet) {

  /** The defaults, for any network. */
  public static final AggregatorSettings DEFAULT =
      new AggregatorSettings(
          Optional.empty(), 50_000, Duration.ofDays(7), 20, 100, FleetSettings.DEFAULT);

  /** The same for a network. */
  public AggregatorSettings withNetwork(Optional<Network> configured) {
    return new AggregatorSettings(configured, maxNodes, forgetAfter, maxBeatRate, beatBurst, fleet);
  }

  /** The same with another bound on beats. */
  public AggregatorSettings withBeats(int ratePerSecond, int burst) {
    return new AggregatorSettings(network, maxNodes, forgetAfter, ratePerSecond, burst, fleet);
  }
}
