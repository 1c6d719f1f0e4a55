package fil.heartbeat.chain.source;

import fil.heartbeat.config.Tell;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** A healthy node on the simulated chain; it has no wallets and no proofs. */
final class SimulatedHeadMembers implements HeadMembers {
  private static final int PEERS = 64;
  private static final Duration UP_AT_START = Duration.ofDays(3);

  private final SimulatedChain chain;
  private final Tell tell;
  private final String startTime;
  private @Nullable ChainHead finalizedFor;
  private SimulatedChain.@Nullable Head finalized;

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
    SimulatedChain.Head last = finalized(head);
    if (tell.finality() && last.height() <= head.height()) {
      reply.put(
          "finalized",
          new JsonObject().put("height", last.height()).put("key", last.key().toString()));
    }
    if (tell.peers()) {
      reply.put("peers", PEERS);
    }
    RpcHeadMembers.addMeasured(reply, tell, head);
  }

  /** Each target asks for the same head. */
  private SimulatedChain.Head finalized(ChainHead head) {
    SimulatedChain.Head known = finalized;
    if (known == null || !head.equals(finalizedFor)) {
      known = chain.finalizedAt(head.asOf());
      finalized = known;
      finalizedFor = head;
    }
    return known;
  }
}
