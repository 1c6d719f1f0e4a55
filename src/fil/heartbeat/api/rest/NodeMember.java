package fil.heartbeat.api.rest;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.api.http.Times;
import fil.heartbeat.fleet.Agreement;
import fil.heartbeat.fleet.Expected;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The members of a node in JSON, in the order in which they are written. */
public enum NodeMember {
  PEER_ID("peerId", Node::peerId),
  NICKNAME("nickname", node -> node.claims().nickname()),
  EXPECTED_NAME("expectedName", node -> node.expectedName().orElse(null)),
  MINER_ADDRESS("minerAddress", node -> node.claims().minerAddress()),
  GENESIS_CID("genesisCid", node -> node.claims().genesisCid()),
  NETWORK("network", Node::network),
  HEAD("head", node -> node.claims().head(), node -> new JsonArray(node.claims().head())),
  HEIGHT("height", node -> node.claims().height()),
  LAG_EPOCHS("lagEpochs", node -> node.verdict().lagEpochs()),
  STATE("state", node -> node.state().label()),
  LIVENESS("liveness", node -> node.verdict().liveness().label()),
  CHAIN("chain", node -> node.verdict().chain().label()),
  AGREEMENT("agreement", node -> node.verdict().agreement().label()),
  PARTIAL("partial", node -> node.verdict().agreement() == Agreement.PARTIAL),
  REASON("reason", node -> node.verdict().reason()),
  STATE_SINCE(
      "stateSince", node -> node.verdict().since(), node -> Times.text(node.verdict().since())),
  CONFLICTS("conflicts", Node::conflicts, node -> new JsonArray(node.conflicts())),
  LABELS(
      "labels",
      node -> {
        Expected expected = node.expected();
        return expected == null ? Map.of() : expected.labels();
      },
      node -> {
        Expected expected = node.expected();
        return expected == null ? new JsonObject() : new JsonObject(Map.copyOf(expected.labels()));
      }),
  VOTER("voter", node -> node.verdict().voter()),
  CONNECTED("connected", Node::connected),
  ADDRESS("address", node -> node.contact().connection().address()),
  FIRST_SEEN(
      "firstSeen",
      node -> node.contact().firstSeen(),
      node -> Times.text(node.contact().firstSeen())),
  LAST_BEAT(
      "lastBeat", node -> node.contact().lastBeat(), node -> Times.text(node.contact().lastBeat())),
  HEAD_SINCE(
      "headSince",
      node -> node.contact().headSince(),
      node -> Times.text(node.contact().headSince())),
  BEATS("beats", node -> node.contact().beats()),
  UPTIME_24H("uptime24h", node -> node.contact().uptime().share()),
  UPTIME_BY_HOUR("uptimeByHour", node -> node.contact().uptime().byHour()),
  SYNCING("syncing", node -> node.claims().syncing()),
  STANDING("standing", node -> node.standing().label()),
  CLIENT("client", node -> node.extras().client()),
  VERSION("version", node -> node.extras().version()),
  START_TIME(
      "startTime",
      node -> node.extras().startTime(),
      node -> Times.text(node.extras().startTime())),
  NETWORK_VERSION("networkVersion", node -> node.extras().networkVersion()),
  UPGRADES("upgrades", node -> node.extras().upgrades(), ExtendedJson::upgrades),
  UPGRADE_READY("upgradeReady", ExtendedJson::ready),
  FINALIZED("finalized", node -> node.extras().finalized(), ExtendedJson::finalized),
  FINALITY_LAG("finalityLag", node -> node.findings().finalityLag()),
  PEERS("peers", node -> node.extras().peers()),
  BASE_FEE("baseFee", node -> node.extras().baseFee(), node -> amount(node.extras().baseFee())),
  RPC_MILLIS("rpcMillis", node -> node.extras().rpcMillis()),
  MINER_ADDRESSES(
      "minerAddresses", node -> node.extras().minerAddresses(), ExtendedJson::minerAddresses),
  BALANCES("balances", node -> node.extras().balances(), ExtendedJson::balances),
  PROVING("proving", node -> node.extras().proving(), ExtendedJson::proving),
  PENDING_MESSAGES(
      "pendingMessages", node -> node.extras().pendingMessages(), ExtendedJson::pendingMessages);

  /** The members that {@code q} searches; of labels, the values. */
  private static final Set<NodeMember> SEARCHED =
      EnumSet.of(
          PEER_ID,
          NICKNAME,
          EXPECTED_NAME,
          MINER_ADDRESS,
          NETWORK,
          LABELS,
          CLIENT,
          VERSION,
          MINER_ADDRESSES);

  private final String key;
  private final Function<Node, @Nullable Object> source;
  private final Function<Node, @Nullable Object> value;

  NodeMember(String key, Function<Node, @Nullable Object> value) {
    this(key, value, value);
  }

  /**
   * @param source what the value is made from; equal when the values are
   */
  NodeMember(
      String key, Function<Node, @Nullable Object> source, Function<Node, @Nullable Object> value) {
    this.key = key;
    this.source = source;
    this.value = value;
  }

  private static @Nullable String amount(@Nullable BigInteger attoFil) {
    return attoFil == null ? null : attoFil.toString();
  }

  public String key() {
    return key;
  }

  public @Nullable Object of(Node node) {
    return value.apply(node);
  }

  /** Whether two nodes have the same value, which need not be made for that. */
  public boolean isSame(Node one, Node other) {
    return Objects.equals(source.apply(one), source.apply(other));
  }

  /**
   * Whether the value of a node differs from an earlier one of it in no more than what the time
   * since adds to its ages.
   *
   * @param seconds since then
   */
  public boolean isSame(Node before, Node now, long seconds) {
    return switch (this) {
      case BALANCES -> ExtendedJson.sameBalances(before, now, seconds);
      case PROVING -> ExtendedJson.sameProving(before, now, seconds);
      case PENDING_MESSAGES -> ExtendedJson.samePending(before, now, seconds);
      default -> isSame(before, now);
    };
  }

  static Optional<NodeMember> named(String key) {
    return Arrays.stream(values()).filter(member -> member.key.equals(key)).findFirst();
  }

  /**
   * Whether {@code q} matches a node, as in the page's own search.
   *
   * @param text in lower case
   */
  static boolean finds(Node node, String text) {
    return SEARCHED.stream().anyMatch(member -> finds(member.of(node), text));
  }

  private static boolean finds(@Nullable Object value, String text) {
    if (value instanceof JsonObject labels) {
      return labels.stream().anyMatch(label -> finds(label.getValue(), text));
    }
    if (value instanceof JsonArray list) {
      return list.stream().anyMatch(each -> finds(each, text));
    }
    return value != null && value.toString().toLowerCase(Locale.ROOT).contains(text);
  }

  public static JsonObject json(Node node) {
    JsonObject json = new JsonObject();
    for (NodeMember member : values()) {
      json.put(member.key, member.of(node));
    }
    return json;
  }
}
