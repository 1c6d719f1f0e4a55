package fil.heartbeat.api.rest;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.api.http.Times;
import fil.heartbeat.fleet.Finality;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.Release;
import fil.heartbeat.fleet.UpgradeReadiness;
import fil.heartbeat.wire.Extras;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The optional members of nodes, and what they say together, in JSON. A list that a node does not
 * send is null: it is not known, which an empty one would deny. Amounts are texts: they are beyond
 * the integers that a double can hold.
 */
final class ExtendedJson {
  private ExtendedJson() {}

  private static <T> @Nullable JsonArray list(List<T> values, Function<T, Object> each) {
    return values.isEmpty() ? null : new JsonArray(values.stream().map(each).toList());
  }

  static @Nullable JsonArray upgrades(Node node) {
    return list(
        node.extras().upgrades(),
        each -> new JsonObject().put("height", each.height()).put("name", each.name()));
  }

  /** Whether the node knows every upgrade that others do; null when they were not compared. */
  static @Nullable Boolean ready(Node node) {
    return node.findings().upgradeReady();
  }

  static @Nullable JsonObject finalized(Node node) {
    Extras.Finalized last = node.extras().finalized();
    return last == null
        ? null
        : new JsonObject().put("height", last.height()).put("head", cids(last.key()));
  }

  /** The CIDs of a key that the aggregator wrote: {@code { cid cid }}. */
  private static JsonArray cids(String key) {
    return new JsonArray(
        Arrays.stream(key.split(" ", -1)).filter(each -> each.length() > 1).toList());
  }

  static @Nullable JsonArray minerAddresses(Node node) {
    return list(node.extras().minerAddresses(), each -> each);
  }

  static @Nullable JsonArray balances(Node node) {
    return list(
        node.extras().balances(),
        each ->
            new JsonObject()
                .put("address", each.address())
                .put("role", each.role())
                .put("attoFil", each.attoFil().toString())
                .put("age", each.age()));
  }

  static @Nullable JsonArray proving(Node node) {
    return list(
        node.extras().proving(),
        each ->
            new JsonObject()
                .put("miner", each.miner())
                .put("deadline", each.deadline())
                .put("open", each.open())
                .put("close", each.close())
                .put("partitions", each.partitions())
                .put("unproven", each.unproven())
                .put("faults", each.faults())
                .put("recovering", each.recovering())
                .put("age", each.age()));
  }

  static @Nullable JsonArray pendingMessages(Node node) {
    return list(
        node.extras().pendingMessages(),
        each ->
            new JsonObject()
                .put("address", each.address())
                .put("count", each.count())
                .put("nonce", each.nonce())
                .put("age", each.age()));
  }

  /** Seconds by which two ages of one moment may differ: each was rounded twice on its way. */
  private static final int ROUNDING = 2;

  static boolean sameBalances(Node before, Node now, long seconds) {
    return sameButTime(
        before.extras().balances(),
        now.extras().balances(),
        Extras.Balance::age,
        Extras.Balance::withAge,
        seconds);
  }

  static boolean sameProving(Node before, Node now, long seconds) {
    return sameButTime(
        before.extras().proving(),
        now.extras().proving(),
        Extras.Proving::age,
        Extras.Proving::withAge,
        seconds);
  }

  static boolean samePending(Node before, Node now, long seconds) {
    return sameButTime(
        before.extras().pendingMessages(),
        now.extras().pendingMessages(),
        Extras.Pending::age,
        Extras.Pending::withAge,
        seconds);
  }

  /**
   * Whether two lists are the same but for ages that grew by the time between them.
   *
   * @param withAge returns one of another age
   */
  private static <T> boolean sameButTime(
      List<T> before,
      List<T> now,
      ToIntFunction<T> age,
      BiFunction<T, Integer, T> withAge,
      long seconds) {
    if (before.size() != now.size()) {
      return false;
    }
    for (int i = 0; i < now.size(); i++) {
      T one = before.get(i);
      T other = now.get(i);
      int of = age.applyAsInt(other);
      if (!withAge.apply(one, of).equals(other)
          || Math.abs(of - age.applyAsInt(one) - seconds) > ROUNDING) {
        return false;
      }
    }
    return true;
  }

  /** The finality of a network. */
  static JsonObject finality(Finality finality) {
    Finality.Conflict conflict = finality.conflict();
    return new JsonObject()
        .put("nodes", finality.nodes())
        .put("lag", finality.lag())
        .put("finalizedHeight", finality.best())
        .put("stalled", finality.stalls())
        .put(
            "conflict",
            conflict == null
                ? null
                : new JsonObject()
                    .put("height", conflict.height())
                    .put("smaller", new JsonArray(conflict.smaller()))
                    .put("larger", new JsonArray(conflict.larger())));
  }

  static JsonArray releases(List<Release> releases) {
    return new JsonArray(
        releases.stream()
            .map(
                each ->
                    new JsonObject()
                        .put("client", each.client())
                        .put("release", each.release())
                        .put("nodes", each.nodes()))
            .toList());
  }

  /** The answer of {@code GET /api/v1/upgrades}. */
  static JsonObject upgrades(List<NetworkReport> networks, Instant now) {
    return new JsonObject()
        .put(
            "networks",
            new JsonArray(
                networks.stream()
                    .map(
                        report ->
                            new JsonObject()
                                .put("network", report.network())
                                .put(
                                    "upgrades",
                                    new JsonArray(
                                        report.extended().upgrades().stream()
                                            .map(each -> upgrade(each, now))
                                            .toList())))
                    .toList()));
  }

  private static JsonObject upgrade(UpgradeReadiness upgrade, Instant now) {
    Instant at = upgrade.at();
    return new JsonObject()
        .put("height", upgrade.height())
        .put("name", upgrade.name())
        .put("at", Times.text(at))
        .put("leftSeconds", at == null ? null : Duration.between(now, at).toSeconds())
        .put("ready", upgrade.ready())
        .put("notReady", new JsonArray(upgrade.notReady()))
        .put("notReadyCount", upgrade.notReadyCount())
        .put("unknown", upgrade.unknown());
  }
}
