package fil.heartbeat.config;

import fil.heartbeat.text.GoDuration;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The deployment config of one {@code HeartbeatVerticle}: one target of one node.
 *
 * @param beatTarget multiaddr that ends in a peer id; empty = off
 * @param beatPeriod 1ms to 24h, default 3s
 * @param reconnectPeriod 1ms to 24h, default 10s
 * @param nickname default empty
 * @param keyFile default {@code heartbeat.key}; made when absent
 * @param headBusAddress default {@link #HEAD_ADDRESS}
 * @param minerBusAddress default {@link #MINER_ADDRESS}
 * @param extras whether beats carry GenesisCID and Syncing when known, and the last one of a
 *     planned stop Stopping; default true
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

  /** Where a node's head is asked for on the event bus; "." and its nickname follow if several. */
  public static final String HEAD_ADDRESS = "filecoin.chain.head";

  /** Where its miner's address is asked for, likewise. */
  public static final String MINER_ADDRESS = "filecoin.miner.address";

  /** Longest and shortest period of a beat or a reconnect. */
  static final Duration MIN_PERIOD = Duration.ofMillis(1);

  static final Duration MAX_PERIOD = Duration.ofHours(24);

  /**
   * @throws ConfigException with every fault; unknown keys are faults
   */
  public static SenderConfig parse(JsonObject json) {
    List<ConfigException.Fault> faults = new ArrayList<>();
    Section section = Section.deployment(json, faults);
    SenderConfig config =
        new SenderConfig(
            Checks.target(section, "beatTarget"),
            section.duration("beatPeriod", MIN_PERIOD, MAX_PERIOD),
            section.duration("reconnectPeriod", MIN_PERIOD, MAX_PERIOD),
            Checks.nickname(section, "nickname"),
            Checks.path(section, "keyFile", Path.of("")),
            section.text("headBusAddress"),
            section.text("minerBusAddress"),
            section.flag("extras"),
            section.duration("headMaxAge", MIN_PERIOD, MAX_PERIOD),
            section.flag("clustered"));
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
    return config;
  }

  /** The form that {@link #parse} reads. */
  public JsonObject toJson() {
    return new JsonObject()
        .put("beatTarget", beatTarget)
        .put("beatPeriod", GoDuration.format(beatPeriod))
        .put("reconnectPeriod", GoDuration.format(reconnectPeriod))
        .put("nickname", nickname)
        .put("keyFile", Utf8Path.text(keyFile))
        .put("headBusAddress", headBusAddress)
        .put("minerBusAddress", minerBusAddress)
        .put("extras", extras)
        .put("headMaxAge", GoDuration.format(headMaxAge))
        .put("clustered", clustered);
  }
}
