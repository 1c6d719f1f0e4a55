package fil.heartbeat.chain.source;

import fil.heartbeat.config.Tell;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A healthy node on the simulated chain; it has no wallets and no proofs. */
final class SimulatedHeadMembers implements HeadMembers {
  private static final int PEERS = 64;
  private static final Duration UP_AT_START = Duration.ofDays(3);

  private final SimulatedChain chain;
  private final Tell tell;
  private final String startTime;

  /**
   * @param start when this process began to simulate
   */
  SimulatedHeadMembers(SimulatedChain chain, Tell tell, Instant start) {
    this.chain = chain;
    this.tell = tell;
    this.startTime = start.minus(UP_AT_START).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  @Override
  public void addTo(JsonObject reply, ChainHead head) {
    if (tell.client()) {
      reply.put("client", "lotus").put("version", "1.36.0+simulated").put("startTime", startTime);
    }
    if (tell.upgrades()) {
      JsonArray upgrades = new JsonArray();
      SimulatedUpgrades.knownAt(head.height())
          .forEach(
              each ->
                  upgrades.add(
                      new JsonObject().put("name", each.name()).put("height", each.height())));
      reply.put("networkVersion", SimulatedUpgrades.networkVersionAt(head.height()));
      reply.put("upgrades", upgrades);
    }
    SimulatedChain.Head finalized = chain.finalizedAt(head.asOf());
    if (tell.finality() && finalized.height() <= head.height()) {
      reply.put(
          "finalized",
          new JsonObject()
              .put("height", finalized.height())
              .put("key", finalized.key().toString()));
    }
    if (tell.peers()) {
      reply.put("peers", PEERS);
    }
    RpcHeadMembers.addMeasured(reply, tell, head);
  }
}
