package fil.heartbeat.testing.nodes;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A venus node: no answer without a token, JSON as plain text, and no result that is null. */
public final class VenusDouble extends NodeDouble {
  private static final int API_V1 = 131_840;

  public VenusDouble(Vertx vertx, Facts facts) {
    super(vertx, facts);
  }

  @Override
  Set<String> paths() {
    return Set.of("/rpc/v0", "/rpc/v1");
  }

  @Override
  String usualPath() {
    return "/rpc/v1";
  }

  @Override
  boolean isOpen() {
    return false;
  }

  @Override
  boolean takesBatches() {
    return false;
  }

  @Override
  Refusal noBatch() {
    return new Refusal(
        500,
        -32700,
        "(error code -32700) unmarshaling request: json: cannot unmarshal array into Go value of"
            + " type jsonrpc.request");
  }

  @Override
  String contentType() {
    return "text/plain; charset=utf-8";
  }

  @Override
  Map<String, Method> methods(String path) {
    Map<String, Method> all = FullNodeMethods.ofNodes(facts(), -1);
    all.put("Filecoin.SyncState", Method.read(0, params -> facts().syncState()));
    all.put(
        "Filecoin.Version",
        Method.read(
            0,
            params -> new JsonObject().put("Version", facts().version).put("APIVersion", API_V1)));
    return all;
  }

  @Override
  String encodeResult(Object id, @Nullable Object result) {
    JsonObject answer = new JsonObject().put("jsonrpc", "2.0");
    if (result != null) {
      answer.put("result", result);
    }
    return answer.put("id", id).encode();
  }

  @Override
  String encodeError(Object id, int code, String message) {
    return new JsonObject()
        .put("jsonrpc", "2.0")
        .put("id", id)
        .put("error", new JsonObject().put("code", code).put("message", message))
        .encode();
  }

  @Override
  Refusal unknownMethod(String method) {
    return new Refusal(500, -32601, "(error code -32601) method '" + method + "' not found");
  }

  @Override
  Refusal noPermission(String method, String permission) {
    return new Refusal(
        200,
        1,
        "missing permission to invoke '%s'  (need '%s')"
            .formatted(method.substring(method.indexOf('.') + 1), permission));
  }

  @Override
  Refusal panic(String method) {
    Refusal usual = super.panic(method);
    return new Refusal(usual.status(), usual.code(), "(error code 0) " + usual.message());
  }
}
