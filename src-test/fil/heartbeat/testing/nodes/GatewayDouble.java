package fil.heartbeat.testing.nodes;

import io.vertx.core.Vertx;
import java.util.Map;
import java.util.Set;

/** A lotus gateway: public, without tokens, and with fewer methods than the node behind it. */
public final class GatewayDouble extends GoNode {
  private static final int API_V1 = 131_840;

  public GatewayDouble(Vertx vertx, Facts facts) {
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

  /** Public ones stand behind Cloudflare. */
  @Override
  boolean wantsUserAgent() {
    return true;
  }

  @Override
  boolean knowsTokens() {
    return false;
  }

  @Override
  Map<String, Method> methods(String path) {
    Map<String, Method> all = FullNodeMethods.ofAll(facts());
    all.put(FullNodeMethods.FINALIZED, FullNodeMethods.finalized(facts()));
    all.put("Filecoin.Version", FullNodeMethods.version(facts(), API_V1, "lotus"));
    return all;
  }
}
