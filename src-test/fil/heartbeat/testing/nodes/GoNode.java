package fil.heartbeat.testing.nodes;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** A server of lotus' go-jsonrpc: lotus, its gateway, its miner, and Curio. */
abstract class GoNode extends NodeDouble {
  GoNode(Vertx vertx, Facts facts) {
    super(vertx, facts);
  }

  @Override
  String encodeResult(Object id, @Nullable Object result) {
    return new JsonObject().put("id", id).put("jsonrpc", "2.0").put("result", result).encode()
        + "\n";
  }

  @Override
  String encodeError(Object id, int code, String message) {
    return new JsonObject()
            .put("error", new JsonObject().put("code", code).put("message", message))
            .put("id", id)
            .put("jsonrpc", "2.0")
            .encode()
        + "\n";
  }

  @Override
  Refusal unknownMethod(String method) {
    return new Refusal(500, -32601, "method '" + method + "' not found");
  }

  /** The name is without the namespace, and the status is 200. */
  @Override
  Refusal noPermission(String method, String permission) {
    return new Refusal(
        200,
        1,
        "missing permission to invoke '%s' (need '%s')"
            .formatted(method.substring(method.indexOf('.') + 1), permission));
  }
}
