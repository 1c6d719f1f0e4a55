package fil.heartbeat.example;

import fil.heartbeat.chain.source.ChainHeadVerticle;
import fil.heartbeat.chain.source.MinerAddressVerticle;
import fil.heartbeat.config.Config;
import fil.heartbeat.config.NodeConfig;
import fil.heartbeat.sender.HeartbeatVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;

/** Beats from inside a Vert.x node for a lotus, venus or Forest node that stands beside it. */
public final class EmbeddedNode {
  public static void main(String[] args) {
    JsonObject heartbeat =
        new JsonObject().put("nickname", "embedded").put("beatTarget", args[0]); // …/p2p/<peer id>
    JsonObject json =
        new JsonObject()
            .put("heartbeat", heartbeat)
            .put("chain", new JsonObject().put("url", "http://127.0.0.1:1234"));

    // As config.json, with the same variables; a fault is a ConfigException that names the key.
    NodeConfig node = Config.parse(json, Path.of("."), System.getenv()).senders().nodes().get(0);

    Vertx vertx = Vertx.vertx();
    vertx
        .deployVerticle(new ChainHeadVerticle(node.chain(), "filecoin.chain.head"))
        .compose(
            head ->
                vertx.deployVerticle(
                    new MinerAddressVerticle(node.miner(), "filecoin.miner.address")))
        .compose(
            miner ->
                vertx.deployVerticle(
                    new HeartbeatVerticle(),
                    new DeploymentOptions()
                        .setConfig(heartbeat.copy().put("keyFile", node.keyFile().toString()))))
        .onSuccess(id -> System.out.println("beating to " + args[0]))
        .onFailure(
            failure -> {
              System.err.println(failure.getMessage());
              vertx.close();
            });
  }
}
