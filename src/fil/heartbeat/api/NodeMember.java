package fil.heartbeat.api;

import fil.heartbeat.aggregator.Node;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The members of a node in JSON, in the order in which they are written. What nothing judges yet is
 * null.
 */
enum NodeMember {
  PEER_ID("peerId", Node::peerId),
  NICKNAME("nickname", Node::nickname),
  EXPECTED_NAME("expectedName", node -> null),
  MINER_ADDRESS("minerAddress", Node::minerAddress),
  GENESIS_CID("genesisCid", Node::genesisCid),
  NETWORK("network", Node::network),
  HEAD("head", node -> new JsonArray(node.head())),
  HEIGHT("height", Node::height),
  LAG_EPOCHS("lagEpochs", node -> null),
  STATE("state", Node::state),
  LIVENESS("liveness", node -> null),
  CHAIN("chain", node -> null),
  AGREEMENT("agreement", node -> null),
  PARTIAL("partial", node -> null),
  REASON("reason", node -> null),
  CONFLICTS("conflicts", node -> null),
  CONNECTED("connected", Node::connected),
  ADDRESS("address", Node::address),
  FIRST_SEEN("firstSeen", node -> time(node.firstSeen())),
  LAST_BEAT("lastBeat", node -> time(node.lastBeat())),
  HEAD_SINCE("headSince", node -> time(node.headSince())),
  BEATS("beats", Node::beats),
  UPTIME_24H("uptime24h", node -> null),
  SYNCING("syncing", Node::syncing);

  private static final DateTimeFormatter ISO_MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final String key;
  private final Function<Node, @Nullable Object> value;

  NodeMember(String key, Function<Node, @Nullable Object> value) {
    this.key = key;
    this.value = value;
  }

  String key() {
    return key;
  }

  @Nullable Object of(Node node) {
    return value.apply(node);
  }

  static Optional<NodeMember> named(String key) {
    return Arrays.stream(values()).filter(member -> member.key.equals(key)).findFirst();
  }

  static JsonObject json(Node node) {
    JsonObject json = new JsonObject();
    for (NodeMember member : values()) {
      json.put(member.key, member.of(node));
    }
    return json;
  }

  private static @Nullable String time(@Nullable Instant instant) {
    return instant == null ? null : ISO_MILLIS.format(instant);
  }
}
