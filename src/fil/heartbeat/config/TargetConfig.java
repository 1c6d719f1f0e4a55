package fil.heartbeat.config;

import java.time.Duration;
import java.util.Optional;

/**
 * A target of a node's beats.
 *
 * @param beatTarget multiaddr that ends in a peer id, or {@code local}
 * @param beatPeriod 1ms to 24h
 * @param reconnectPeriod 1ms to 24h
 */
public record TargetConfig(String beatTarget, Duration beatPeriod, Duration reconnectPeriod) {

  /** The fixed period of {@code FIL_HEARTBEAT_ALERTS}, as in the original. */
  static final Duration ALERT_PERIOD = Duration.ofSeconds(10);

  /** Whether the target is the aggregator of the same process. */
  public boolean isLocal() {
    return beatTarget.equals(Checks.LOCAL);
  }

  /** The expected form, if the target cannot be dialled. */
  public static Optional<String> unusable(String beatTarget) {
    return Checks.unusable(beatTarget);
  }
}
