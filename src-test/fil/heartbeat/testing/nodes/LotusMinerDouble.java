package fil.heartbeat.testing.nodes;

import io.vertx.core.Vertx;
import java.util.Map;
import java.util.Set;

/** A lotus-miner; it serves v0 alone. */
public final class LotusMinerDouble extends GoNode {
  private static final int API_VERSION = 66_816;

  public LotusMinerDouble(Vertx vertx, Facts facts) {
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
        "Filecoin.ActorAddress",
        Method.read(0, params -> facts().miner),
        "Filecoin.Version",
        FullNodeMethods.version(facts(), API_VERSION, "lotus-miner"));
  }
}
