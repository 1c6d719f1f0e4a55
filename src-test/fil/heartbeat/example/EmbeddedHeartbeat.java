package fil.heartbeat.example;

import fil.heartbeat.sender.HeartbeatVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Beats from inside a Vert.x node, with a head consumer of one's own. */
public final class EmbeddedHeartbeat {
  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();

    // Your node answers for its chain head. "asOf" is when it was read; leave it out for "now".
    vertx
        .eventBus()
        .<Object>localConsumer("filecoin.chain.head")
        .handler(
            request ->
                request.reply(
                    new JsonObject()
                        .put(
                            "cids",
                            new JsonArray()
                                .add(
                                    "bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2"))
                        .put("height", 1)));

    JsonObject config =
        new JsonObject()
            .put("beatTarget", args[0]) // /ip4/…/tcp/…/p2p/<peer id>
            .put("beatPeriod", "3s")
            .put("nickname", "embedded")
            .put("keyFile", "heartbeat.key"); // made when absent

    vertx
        .deployVerticle(new HeartbeatVerticle(), new DeploymentOptions().setConfig(config))
        .onSuccess(id -> System.out.println("beating to " + args[0]))
        .onFailure(
            failure -> { // a bad target or key fails the deployment
              System.err.println(failure.getMessage());
              vertx.close();
            });
  }
}
