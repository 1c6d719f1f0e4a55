package fil.heartbeat.chain.source;

import fil.heartbeat.config.Tell;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node has answered beside its head, with the time of each answer. What has no age of its
 * own in a beat, upgrades and faulty sectors among it, is left out once it is older than three of
 * its periods; the rest after a day. Pure.
 */
final class NodeMembers {

  /** Entries of one list, as aggregators take them. */
  static final int MAX_ADDRESSES = 16;

  static final int MAX_PROVING = 8;

  /** Periods for which an answer counts that has no age of its own. */
  static final int PERIODS = 3;

  private static final Duration DAY = Duration.ofDays(1);
  private static final long NANOS = 1_000_000_000L;

  private record Timed<T>(T value, long at) {}

  /** The messages of a wallet, from two answers of one round. */
  private record Pending(long count, long nonce) {}

  /** A wallet and what it is to its miner. */
  record Wallet(String address, String role) {}

  private final Map<String, Timed<Object>> plain = new HashMap<>();
  private final Map<String, Duration> periods = new HashMap<>();
  private final Map<String, List<Wallet>> wallets = new LinkedHashMap<>();
  private final Map<String, Timed<String>> balances = new HashMap<>();
  private final Map<String, Timed<Pending>> pending = new HashMap<>();
  private final Map<String, Timed<String>> available = new HashMap<>();
  private final Map<String, Timed<ProvingState>> proving = new LinkedHashMap<>();
  private final Map<String, Timed<Long>> faults = new HashMap<>();
  private @Nullable Timed<List<UpgradePlan.Upgrade>> upgrades;

  /**
   * @param value as in the reply on the event bus
   * @param period between questions for it
   */
  void put(String member, Object value, Duration period, long now) {
    plain.put(member, new Timed<>(value, now));
    periods.put(member, period);
  }

  void drop(String member) {
    plain.remove(member);
    if (member.equals("upgrades")) {
      upgrades = null;
    }
  }

  @Nullable Object get(String member) {
    Timed<Object> known = plain.get(member);
    return known == null ? null : known.value();
  }

  void upgrades(List<UpgradePlan.Upgrade> rising, long now) {
    upgrades = new Timed<>(rising, now);
  }

  /** Returns the first upgrade above this height; {@link Long#MAX_VALUE} for none. */
  long nextUpgrade(long height) {
    return upgrades == null
        ? Long.MAX_VALUE
        : upgrades.value().stream()
            .mapToLong(UpgradePlan.Upgrade::height)
            .filter(each -> each > height)
            .min()
            .orElse(Long.MAX_VALUE);
  }

  /** Sets the wallets of a miner. */
  void wallets(String miner, List<Wallet> all) {
    wallets.put(miner, all);
  }

  List<Wallet> wallets(String miner) {
    return wallets.getOrDefault(miner, List.of());
  }

  /**
   * @param attoFil the balance of a wallet
   */
  void balance(String address, String attoFil, long now) {
    balances.put(address, new Timed<>(attoFil, now));
  }

  /**
   * @param nonce the next one of a wallet on the chain
   * @param next the next one with the messages that wait, asked right after it
   * @param at when the nonce was answered
   */
  void pending(String address, long nonce, long next, long at) {
    pending.put(address, new Timed<>(new Pending(Math.max(0, next - nonce), nonce), at));
  }

  void available(String miner, String attoFil, long now) {
    available.put(miner, new Timed<>(attoFil, now));
  }

  void proving(String miner, ProvingState state, long now) {
    proving.put(miner, new Timed<>(state, now));
  }

  void faults(String miner, long count, long now) {
    faults.put(miner, new Timed<>(count, now));
  }

  void dropBalance(String address) {
    balances.remove(address);
  }

  void dropPending(String address) {
    pending.remove(address);
  }

  void dropAvailable(String miner) {
    available.remove(miner);
  }

  void dropProving(String miner) {
    proving.remove(miner);
  }

  void dropFaults(String miner) {
    faults.remove(miner);
  }

  /** Whether the last answer about the miner's proofs is about a deadline that has closed. */
  boolean hasClosed(String miner, long height) {
    Timed<ProvingState> known = proving.get(miner);
    return known != null && height >= known.value().close();
  }

  /** Forgets the miners that are not among these. */
  void keepMiners(List<String> miners) {
    wallets.keySet().retainAll(miners);
    available.keySet().retainAll(miners);
    proving.keySet().retainAll(miners);
    faults.keySet().retainAll(miners);
  }

  /**
   * Adds the members to a reply.
   *
   * @param height of the head
   * @param others further wallets whose balances are reported
   */
  void addTo(JsonObject reply, Tell tell, List<String> others, long height, long now) {
    plain.forEach(
        (member, known) -> {
          Duration period = periods.getOrDefault(member, Duration.ZERO);
          if (now - known.at() <= PERIODS * period.toNanos()) {
            reply.put(member, known.value());
          }
        });
    Timed<List<UpgradePlan.Upgrade>> plan = upgrades;
    if (plan != null && now - plan.at() <= PERIODS * Question.Topic.UPGRADES.period().toNanos()) {
      JsonArray list = new JsonArray();
      UpgradePlan.at(plan.value(), height)
          .forEach(
              each ->
                  list.add(new JsonObject().put("name", each.name()).put("height", each.height())));
      put(reply, "upgrades", list);
    }
    if (tell.balances()) {
      put(reply, "balances", balances(others, now));
    }
    if (tell.proving()) {
      put(reply, "proving", proving(height, now));
    }
    if (tell.messages()) {
      put(reply, "pendingMessages", pending(now));
    }
  }

  private static void put(JsonObject reply, String member, JsonArray list) {
    if (!list.isEmpty()) {
      reply.put(member, list);
    }
  }

  private JsonArray balances(List<String> others, long now) {
    Map<String, JsonObject> listed = new LinkedHashMap<>();
    wallets.forEach(
        (miner, all) -> {
          all.forEach(wallet -> balance(listed, wallet, now));
          Timed<String> free = available.get(miner);
          if (free != null && isOfToday(free, now)) {
            listed.putIfAbsent(miner, balance(miner, "miner", free.value(), age(free, now)));
          }
        });
    others.forEach(address -> balance(listed, new Wallet(address, "other"), now));
    JsonArray list = new JsonArray();
    listed.values().stream().limit(MAX_ADDRESSES).forEach(list::add);
    return list;
  }

  private void balance(Map<String, JsonObject> listed, Wallet wallet, long now) {
    Timed<String> known = balances.get(wallet.address());
    if (known != null && isOfToday(known, now)) {
      listed.putIfAbsent(
          wallet.address(),
          balance(wallet.address(), wallet.role(), known.value(), age(known, now)));
    }
  }

  private static JsonObject balance(String address, String role, String attoFil, long age) {
    return new JsonObject()
        .put("address", address)
        .put("role", role)
        .put("attoFIL", attoFil)
        .put("age", age);
  }

  private JsonArray proving(long height, long now) {
    JsonArray list = new JsonArray();
    proving.forEach(
        (miner, known) -> {
          if (isOfToday(known, now) && list.size() < MAX_PROVING) {
            ProvingState state = known.value().at(height);
            JsonObject told =
                new JsonObject()
                    .put("miner", miner)
                    .put("deadline", state.deadline())
                    .put("open", state.open())
                    .put("close", state.close())
                    .put("partitions", state.partitions())
                    .put("unproven", state.unproven())
                    .put("recovering", state.recovering())
                    .put("age", age(known, now));
            Timed<Long> faulty = faults.get(miner);
            // Those of the deadline alone would look like new ones beside those of the miner.
            if (faulty != null
                && now - faulty.at() <= PERIODS * Question.Topic.FAULTS.period().toNanos()) {
              told.put("faults", faulty.value());
            }
            list.add(told);
          }
        });
    return list;
  }

  private JsonArray pending(long now) {
    Map<String, JsonObject> listed = new LinkedHashMap<>();
    for (List<Wallet> all : wallets.values()) {
      for (Wallet wallet : all) {
        Timed<Pending> known = pending.get(wallet.address());
        if (known != null && isOfToday(known, now)) {
          listed.putIfAbsent(
              wallet.address(),
              new JsonObject()
                  .put("address", wallet.address())
                  .put("count", known.value().count())
                  .put("nonce", known.value().nonce())
                  .put("age", age(known, now)));
        }
      }
    }
    JsonArray list = new JsonArray();
    listed.values().stream().limit(MAX_ADDRESSES).forEach(list::add);
    return list;
  }

  private static boolean isOfToday(Timed<?> known, long now) {
    return now - known.at() <= DAY.toNanos();
  }

  private static long age(Timed<?> known, long now) {
    return Math.max(0, (now - known.at()) / NANOS);
  }
}
