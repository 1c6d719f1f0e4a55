package fil.heartbeat.chain.source;

import com.fasterxml.jackson.core.type.TypeReference;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls methods of a node, one at a time. Each fails with {@link RpcException}. */
interface RpcCaller {

  /**
   * Calls the method and returns its {@code result} as a record, null when the node has none.
   * Unknown members are ignored and missing ones are null.
   *
   * @param params of the method, exactly as many as it has; a tipset key is null for the head
   */
  <T> Future<@Nullable T> call(
      String method, List<? extends @Nullable Object> params, Class<T> type);

  /** As {@link #call(String, List, Class)}, for lists and maps of records. */
  <T> Future<@Nullable T> call(
      String method, List<? extends @Nullable Object> params, TypeReference<T> type);

  /**
   * Makes later calls on a new connection, since a proxy may go on to an earlier node on the
   * present one. Calls that were made before are not cut off.
   */
  default void renew() {}
}
