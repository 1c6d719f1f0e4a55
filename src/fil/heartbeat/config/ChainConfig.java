package fil.heartbeat.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The source of a node's head.
 *
 * @param source {@code rpc} or {@code simulated}
 * @param endpoint {@link RpcEndpoint#NONE} when simulated
 * @param pollPeriod default 3s
 * @param headMaxAge how long a head counts after it was read; at least two poll periods
 * @param seed of the simulated chain, default 1
 */
public record ChainConfig(
    Source source, RpcEndpoint endpoint, Duration pollPeriod, Duration headMaxAge, long seed) {

  public static final Duration POLL_PERIOD = Duration.ofSeconds(3);

  /** Types of source. */
  public enum Source {
    RPC,
    SIMULATED
  }

  public ChainConfig {
    // A head that is read every minute is not stale after one missed poll.
    Duration least = pollPeriod.multipliedBy(2);
    headMaxAge = headMaxAge.compareTo(least) < 0 ? least : headMaxAge;
  }

  /** A source at a URL, with the default age of heads. */
  public ChainConfig(
      Source source,
      String url,
      Optional<String> token,
      Optional<Path> tokenFile,
      Duration pollPeriod,
      long seed) {
    this(
        source,
        new RpcEndpoint(url, token, tokenFile, Optional.empty(), Optional.empty(), ""),
        pollPeriod,
        SenderConfig.HEAD_MAX_AGE,
        seed);
  }

  /** Returns the same source at another URL. */
  public ChainConfig at(String url) {
    RpcEndpoint there =
        new RpcEndpoint(
            url,
            endpoint.token(),
            endpoint.tokenFile(),
            endpoint.repo(),
            endpoint.caFile(),
            endpoint.advice());
    return new ChainConfig(source, there, pollPeriod, headMaxAge, seed);
  }

  public String url() {
    return endpoint.url();
  }

  public Optional<String> token() {
    return endpoint.token();
  }

  public Optional<Path> tokenFile() {
    return endpoint.tokenFile();
  }
}
