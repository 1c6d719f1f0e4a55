package fil.heartbeat.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The source of a node's head.
 *
 * @param source {@code rpc} or {@code simulated}
 * @param url JSON-RPC endpoint, {@code http} or {@code https}; empty when simulated
 * @param token bearer token from {@code FULLNODE_API_INFO}, if that names the endpoint
 * @param tokenFile file with the token, read again when a request is not authorised
 * @param pollPeriod default 3s
 * @param seed of the simulated chain, default 1
 */
public record ChainConfig(
    Source source,
    String url,
    Optional<String> token,
    Optional<Path> tokenFile,
    Duration pollPeriod,
    long seed) {

  public static final Duration POLL_PERIOD = Duration.ofSeconds(3);

  /** Types of source. */
  public enum Source {
    RPC,
    SIMULATED
  }

  /** Without secrets. */
  @Override
  public String toString() {
    return "ChainConfig[source="
        + source
        + ", url="
        + RpcUrl.shown(url)
        + ", token="
        + (token.isPresent() ? "(set)" : "(none)")
        + ", tokenFile="
        + tokenFile
        + ", pollPeriod="
        + pollPeriod
        + ", seed="
        + seed
        + "]";
  }
}
