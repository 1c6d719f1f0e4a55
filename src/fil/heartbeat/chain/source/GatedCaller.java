package fil.heartbeat.chain.source;

import com.fasterxml.jackson.core.type.TypeReference;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Makes no call while none may be made, so that a question of several calls ends early. */
final class GatedCaller implements RpcCaller {

  /** A call was not made; this says nothing about the node. */
  static final class NotMadeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotMadeException(String method) {
      super(method + ": not asked now");
    }
  }

  private final RpcCaller rpc;
  private final BooleanSupplier open;

  /**
   * @param open asked before each call
   */
  GatedCaller(RpcCaller rpc, BooleanSupplier open) {
    this.rpc = rpc;
    this.open = open;
  }

  @Override
  public <T> Future<@Nullable T> call(
      String method, List<? extends @Nullable Object> params, Class<T> type) {
    return open.getAsBoolean() ? rpc.call(method, params, type) : notMade(method);
  }

  @Override
  public <T> Future<@Nullable T> call(
      String method, List<? extends @Nullable Object> params, TypeReference<T> type) {
    return open.getAsBoolean() ? rpc.call(method, params, type) : notMade(method);
  }

  private static <T> Future<@Nullable T> notMade(String method) {
    return Future.failedFuture(new NotMadeException(method));
  }
}
