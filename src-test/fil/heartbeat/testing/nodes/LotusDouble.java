package fil.heartbeat.testing.nodes;

import io.vertx.core.Vertx;
import java.util.Map;
import java.util.Set;

/** A lotus full node. */
public final class LotusDouble extends GoNode {
  private static final int API_V0 = 66_816;
  private static final int API_V1 = 131_840;

  public LotusDouble(Vertx vertx, Facts facts) {
    super(vertx, facts);
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
  Map<String, Method> methods(String path) {
    Map<String, Method> all = FullNodeMethods.ofNodes(facts(), -1);
    all.put("Filecoin.SyncState", Method.read(0, params -> facts().syncState()));
    all.put(FullNodeMethods.FINALIZED, FullNodeMethods.finalized(facts()));
    all.put(
        "Filecoin.Version",
        FullNodeMethods.version(facts(), path.endsWith("v0") ? API_V0 : API_V1, "lotus"));
    if (path.endsWith("v2")) {
      all.remove("Filecoin.ChainHead");
    }
    return all;
  }
}
