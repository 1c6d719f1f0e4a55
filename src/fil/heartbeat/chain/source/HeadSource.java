package fil.heartbeat.chain.source;

import io.vertx.core.Future;

/** Reads the head once. */
interface HeadSource {

  /** The head now; fails with {@link RpcException}. */
  Future<ChainHead> read();

  /** Frees what the source holds. */
  default void close() {}
}
