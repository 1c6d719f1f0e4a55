package fil.heartbeat.chain.source;

import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.config.ChainConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Where a head is read. One call at a time. */
interface HeadSource {

  /** The source that a config names. */
  static HeadSource of(Vertx vertx, ChainConfig config, String node, InstantSource clock) {
    return of(vertx, config, node, clock, System::nanoTime, JsonRpcClient.TIMEOUT);
  }

  /** The source that a config names, with a clock and a request timeout of its own. */
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
              new JsonRpcClient(
                  vertx, config.url(), config.token(), config.tokenFile(), requestTimeout),
              node,
              clock,
              nanoTime);
    };
  }

  /** The head now, with nothing of syncing; fails with {@link RpcException}. */
  Future<ChainHead> read();

  /** Whether the node with that head says that it is syncing; null when it does not tell. */
  Future<@Nullable Boolean> syncing(ChainHead head);

  /**
   * A tipset that no reorganisation takes back.
   *
   * @param height 0 to 2^53-1
   */
  record Finalized(TipsetKey key, long height) {}

  /** The last finalized tipset; null when the source does not tell. */
  default Future<@Nullable Finalized> finalized() {
    return Future.succeededFuture(null);
  }

  /**
   * What the clock of whoever answered last showed then, in whole seconds; empty when it does not
   * tell.
   */
  default Optional<Instant> date() {
    return Optional.empty();
  }

  /** Frees what the source holds. */
  default void close() {}
}
