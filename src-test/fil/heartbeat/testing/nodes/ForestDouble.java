package fil.heartbeat.testing.nodes;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A Forest node. */
public final class ForestDouble extends NodeDouble {
  private static final int API_V0 = 66_816;
  private static final int API_V1 = 131_840;
  private static final int INTERNAL_ERROR = -32603;
  private static final int NO_PERMISSION = -32003;

  private volatile boolean oldMemberNames;

  public ForestDouble(Vertx vertx, Facts facts) {
    super(vertx, facts);
  }

  /** Answers {@code Forest.NetInfo} as before 2026-07. */
  public void useOldMemberNames() {
    oldMemberNames = true;
  }

  @Override
  Set<String> paths() {
    return Set.of("/rpc/v0", "/rpc/v1", "/rpc/v2");
  }

  @Override
  String usualPath() {
    return "/rpc/v1";
  }

  @Override
  boolean looksAtTokenFirst() {
    return false;
  }

  @Override
  boolean takesTokenInQuery() {
    return false;
  }

  @Override
  boolean isValid(Token token) {
    return token != Token.EXPIRED;
  }

  @Override
  boolean takes(HttpServerRequest request) {
    return String.valueOf(request.getHeader("Content-Type")).startsWith("application/json");
  }

  @Override
  void noSuchPath(HttpServerRequest request) {
    respond(request, 404, "");
  }

  @Override
  void noCall(HttpServerRequest request) {
    if (!request.method().equals(HttpMethod.POST)) {
      respond(request, 405, "");
    } else if (!takes(request)) {
      respond(request, 415, "");
    } else {
      super.noCall(request);
    }
  }

  @Override
  Map<String, Method> methods(String path) {
    // Its NodeStatus has a PeerStatus of 0.
    Map<String, Method> all = FullNodeMethods.ofNodes(facts(), 0);
    all.put("Forest.SyncStatus", Method.read(0, params -> facts().forestSyncStatus()));
    all.put("Forest.NetInfo", Method.read(0, params -> netInfo()));
    all.put(
        "Filecoin.Version",
        FullNodeMethods.version(facts(), path.endsWith("v0") ? API_V0 : API_V1, "forest"));
    if (!path.endsWith("v0")) {
      all.put(FullNodeMethods.FINALIZED, FullNodeMethods.finalized(facts()));
    }
    return all;
  }

  private JsonObject netInfo() {
    return new JsonObject()
        .put(oldMemberNames ? "num_peers" : "numPeers", facts().peers)
        .put(oldMemberNames ? "num_connections" : "numConnections", facts().peers + 2);
  }

  @Override
  String encodeResult(Object id, @Nullable Object result) {
    return new JsonObject().put("jsonrpc", "2.0").put("id", id).put("result", result).encode();
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
    return new Refusal(200, -32601, "Method not found");
  }

  @Override
  Refusal noPermission(String method, String permission) {
    return new Refusal(
        200,
        NO_PERMISSION,
        "missing permission to invoke '%s' (need '%s')".formatted(method, permission));
  }

  @Override
  Refusal error(int code, String message) {
    return new Refusal(200, INTERNAL_ERROR, message);
  }

  @Override
  Refusal panic(String method) {
    return new Refusal(200, INTERNAL_ERROR, "Internal error");
  }

  @Override
  int statusOfWrongParams() {
    return 200;
  }
}
