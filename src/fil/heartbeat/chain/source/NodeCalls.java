package fil.heartbeat.chain.source;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Calls of a node's methods, one at a time. */
interface NodeCalls {

  /**
   * Calls the method and returns its {@code result} as a record, null when the node has none.
   * Unknown members are ignored and missing ones are null. Fails with {@link RpcException}.
   *
   * @param params of the method, exactly as many as it has; a tipset key is null for the head
   */
  <T> Future<@Nullable T> call(
      String method, List<? extends @Nullable Object> params, Class<T> type);

  /** Returns the connections made so far; after a new one, another node may answer. */
  int connections();

  /** Returns the server's clock at the last answer, in whole seconds; empty when it sends none. */
  Optional<Instant> date();

  /** Aborts pending requests and closes the client. */
  void close();
}
