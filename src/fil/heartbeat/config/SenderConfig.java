package fil.heartbeat.config;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The deployment config of one {@code HeartbeatVerticle}: one target of one node.
 *
 * @param beatTarget multiaddr that ends in a peer id; empty = off
 * @param beatPeriod 1ms to 24h, default 3s
 * @param reconnectPeriod 1ms to 24h, default 10s
 * @param nickname default empty
 * @param keyFile default {@code heartbeat.key}; made when absent
 * @param headBusAddress default {@code filecoin.chain.head}
 * @param minerBusAddress default {@code filecoin.miner.address}
 * @param extras whether beats carry GenesisCID and Syncing when known; default true
 * @param headMaxAge how long a head is fresh after its {@code asOf}; default 10s
 * @param clustered whether requests may leave this Vert.x node; default false
 */
public record SenderConfig(
    String beatTarget,
    Duration beatPeriod,
    Duration reconnectPeriod,
    String nickname,
    Path keyFile,
    String headBusAddress,
    String minerBusAddress,
    boolean extras,
    Duration headMaxAge,
    boolean clustered) {

  /**
   * @throws ConfigException with every fault; unknown keys are faults
   */
  public static SenderConfig parse(JsonObject json) {
    throw new UnsupportedOperationException();
  }

  /** The form that {@link #parse} reads. */
  public JsonObject toJson() {
    throw new UnsupportedOperationException();
  }
}
