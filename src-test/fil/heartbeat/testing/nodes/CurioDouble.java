package fil.heartbeat.testing.nodes;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;

/** Curio: several miners and no {@code ActorAddress}. */
public final class CurioDouble extends GoNode {

  public CurioDouble(Vertx vertx, Facts facts) {
    super(vertx, facts);
  }

  @Override
  Set<String> paths() {
    return Set.of("/rpc/v0");
  }

  @Override
  String usualPath() {
    return "/rpc/v0";
  }

  @Override
  Map<String, Method> methods(String path) {
    return Map.of(
        "Filecoin.Info",
        Method.read(0, params -> info()),
        "Filecoin.Version",
        new Method(0, "admin", params -> new JsonArray().add(1).add(28).add(4)));
  }

  /** {@link Facts#miner} may be several, with a comma between. */
  private JsonObject info() {
    return new JsonObject()
        .put("ID", 1)
        .put("HostPort", "10.0.0.9:12300")
        .put("Miners", new JsonObject().put("String", facts().miner).put("Valid", true));
  }
}
