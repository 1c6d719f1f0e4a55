package fil.heartbeat.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a node's head comes from.
 *
 * @param source {@code rpc} or {@code simulated}
 * @param url JSON-RPC endpoint, {@code http} or {@code https}; empty when simulated
 * @param token bearer token from {@code FULLNODE_API_INFO}, if that names the endpoint
 * @param tokenFile file that holds the token, read anew when a request is not authorised
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

  /** Kinds of source. */
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
