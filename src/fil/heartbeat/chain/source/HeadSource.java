package fil.heartbeat.chain.source;

import fil.heartbeat.config.ChainConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;

/** Reads the head once. */
interface HeadSource {

  /** The source that a config names. */
  static HeadSource of(Vertx vertx, ChainConfig config, InstantSource clock) {
    return switch (config.source()) {
      case SIMULATED -> new SimulatedHeadSource(new SimulatedChain(config.seed(), ""), clock);
      case RPC ->
          new RpcHeadSource(
              new JsonRpcClient(vertx, config.url(), config.token(), config.tokenFile()), clock);
    };
  }

  /** The head now; fails with {@link RpcException}. */
  Future<ChainHead> read();

  /** Frees what the source holds. */
  default void close() {}
}
