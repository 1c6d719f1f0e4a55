package fil.heartbeat.config;

import java.time.Duration;
import java.util.Optional;

/**
 * Where a node beats to.
 *
 * @param beatTarget multiaddr that ends in a peer id, or {@code local}
 * @param beatPeriod 1ms to 24h
 * @param reconnectPeriod 1ms to 24h
 */
public record TargetConfig(String beatTarget, Duration beatPeriod, Duration reconnectPeriod) {

  /** What {@code FIL_HEARTBEAT_ALERTS} always beats with, as in the original. */
  static final Duration ALERT_PERIOD = Duration.ofSeconds(10);

  /** Whether the target is the aggregator of the same process. */
  public boolean isLocal() {
    return beatTarget.equals(Checks.LOCAL);
  }

  /** What a target would have to be, if it is nothing that can be dialled. */
  public static Optional<String> unusable(String beatTarget) {
    return Checks.unusable(beatTarget);
  }
}
