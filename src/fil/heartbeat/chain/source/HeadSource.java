package fil.heartbeat.chain.source;

import fil.heartbeat.config.ChainConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A source of chain heads. One call at a time. */
interface HeadSource {

  /** Creates the configured source. */
  static HeadSource of(Vertx vertx, ChainConfig config, String node, InstantSource clock) {
    return of(vertx, config, node, clock, System::nanoTime, JsonRpcClient.TIMEOUT);
  }

  /** Creates the configured source with the given clock and request timeout. */
  static HeadSource of(
      Vertx vertx,
      ChainConfig config,
      String node,
      InstantSource clock,
      LongSupplier nanoTime,
      Duration requestTimeout) {
    return switch (config.source()) {
      case SIMULATED -> new SimulatedHeadSource(new SimulatedChain(config.seed(), ""), clock);
      case RPC ->
          new RpcHeadSource(
              client(vertx, config, requestTimeout),
              client(vertx, config, requestTimeout),
              node,
              clock,
              nanoTime);
    };
  }

  private static JsonRpcClient client(Vertx vertx, ChainConfig config, Duration timeout) {
    return new JsonRpcClient(vertx, config.endpoint(), timeout);
  }

  /** Reads the present head, without the sync state; fails with {@link RpcException}. */
  Future<ChainHead> read();

  /**
   * Whether the node with that head reports that it is syncing; null when it does not report it.
   */
  Future<@Nullable Boolean> syncing(ChainHead head);

  /** Returns the connections made so far; after a new one, another node may answer. */
  default int connections() {
    return 0;
  }

  /** Returns the server's clock at the last answer, in whole seconds; empty when it sends none. */
  default Optional<Instant> date() {
    return Optional.empty();
  }

  /** Frees the source's resources. */
  default void close() {}
}
