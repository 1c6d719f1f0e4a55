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
 * @param keyFile default {@code heartbeat.key}; created when absent
 * @param headBusAddress default {@link #HEAD_ADDRESS}
 * @param minerBusAddress default {@link #MINER_ADDRESS}
 * @param extras whether beats contain GenesisCID and Syncing when known, and Stopping in the last
 *     one before a planned stop; default true
 * @param tell which optional members beats contain; none without extras
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
    Tell tell,
    Duration headMaxAge,
    boolean clustered) {

  /** Event-bus address of requests for a node's head; "." and its nickname follow if several. */
  public static final String HEAD_ADDRESS = "filecoin.chain.head";

  /** Event-bus address of requests for its miner's address, likewise. */
  public static final String MINER_ADDRESS = "filecoin.miner.address";

  public static final Duration BEAT_PERIOD = Duration.ofSeconds(3);
  public static final Duration RECONNECT_PERIOD = Duration.ofSeconds(10);

  /** The least time that a head is fresh, however often its source is polled. */
  public static final Duration HEAD_MAX_AGE = Duration.ofSeconds(10);

  /**
   * @throws ConfigException with every fault; unknown keys are faults
   */
  public static SenderConfig parse(JsonObject json) {
    List<ConfigException.Fault> faults = new ArrayList<>();
    Section section = Section.deployment(json, faults);
    boolean extras = section.flag("extras");
    SenderConfig config =
        new SenderConfig(
            Checks.target(section, "beatTarget"),
            section.duration("beatPeriod"),
            section.duration("reconnectPeriod"),
            Checks.nickname(section, "nickname"),
            Checks.path(section, "keyFile", Path.of("")),
            section.text("headBusAddress"),
            section.text("minerBusAddress"),
            extras,
            Tell.read(section, extras),
            section.duration("headMaxAge"),
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
        .put("tell", tell.toJson())
        .put("headMaxAge", GoDuration.format(headMaxAge))
        .put("clustered", clustered);
  }
}
