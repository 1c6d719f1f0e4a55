package fil.heartbeat.chain.source;

import com.fasterxml.jackson.core.type.TypeReference;
import fil.heartbeat.chain.source.RpcException.Kind;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Does not call a method that the node does not have again before {@link #AGAIN} has passed, or
 * until another node may answer.
 */
final class MethodMemory implements RpcCaller {

  /** A method that a node does not have is called again after this time. */
  static final Duration AGAIN = Duration.ofMinutes(10);

  private final RpcCaller rpc;
  private final LongSupplier nanoTime;
  private final Map<String, Long> refusedAt = new HashMap<>();

  MethodMemory(RpcCaller rpc, LongSupplier nanoTime) {
    this.rpc = rpc;
    this.nanoTime = nanoTime;
  }

  /** Forgets: the node may be another one, or a newer release. */
  void clear() {
    refusedAt.clear();
  }

  @Override
  public void renew() {
    rpc.renew();
  }

  @Override
  public <T> Future<@Nullable T> call(
      String method, List<? extends @Nullable Object> params, Class<T> type) {
    return call(method, () -> rpc.call(method, params, type));
  }

  @Override
  public <T> Future<@Nullable T> call(
      String method, List<? extends @Nullable Object> params, TypeReference<T> type) {
    return call(method, () -> rpc.call(method, params, type));
  }

  private <T> Future<@Nullable T> call(String method, Supplier<Future<@Nullable T>> call) {
    Long refused = refusedAt.get(method);
    if (refused != null && nanoTime.getAsLong() - refused < AGAIN.toNanos()) {
      return Future.failedFuture(
          new RpcException(Kind.NO_METHOD, method + ": the node does not have it"));
    }
    return call.get()
        .onFailure(
            failure -> {
              if (RpcException.isNoMethod(failure)) {
                refusedAt.put(method, nanoTime.getAsLong());
              }
            });
  }
}
