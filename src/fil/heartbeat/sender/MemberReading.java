package fil.heartbeat.sender;

import fil.heartbeat.chain.FilecoinAddress;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.config.Tell;
import fil.heartbeat.wire.Extras;
import fil.heartbeat.wire.ExtrasValues;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the optional members of an answer to the head request. Any verticle may answer, so each is
 * checked by itself: one of another form is left out and named. Members that the configuration has
 * switched off are not read.
 */
final class MemberReading {

  private static final ExtrasValues VALUES =
      new ExtrasValues(
          MemberReading::inAnswers,
          text -> FilecoinAddress.parse(text).toString(),
          text -> TipsetKey.parse(text).toString());

  /** The duration of the request for the head, which is another with each answer. */
  private static final String DURATION = "RpcMillis";

  /** The other members, by their names in an answer. */
  private static final List<String> LASTING =
      ExtrasValues.MEMBERS.stream()
          .filter(member -> !member.equals(DURATION))
          .map(MemberReading::inAnswers)
          .toList();

  /** Members whose entries say how old they are, by their names in an answer. */
  private static final List<String> AGED =
      Stream.of("Balances", "Proving", "PendingMessages").map(MemberReading::inAnswers).toList();

  private MemberReading() {}

  /**
   * Reads {@code {"client","version","startTime","networkVersion","upgrades":[{"name","height"}],
   * "finalized":{"height","key"},"peers","baseFee","rpcMillis","balances":[{"address","role",
   * "attoFIL","age"}],"proving":[{"miner","deadline","open","close","partitions","unproven",
   * "faults","recovering","age"}],"pendingMessages":[{"address","count","nonce","age"}]}}; each may
   * be missing or null.
   *
   * @return with the names of odd members
   */
  static Extras of(JsonObject json, Tell tell) {
    Extras.Builder extras = new Extras.Builder();
    for (String member : ExtrasValues.MEMBERS) {
      Object value = isOn(member, tell) ? plain(json.getValue(inAnswers(member))) : null;
      if (value != null) {
        extras = VALUES.put(extras, member, value);
      }
    }
    return extras.build();
  }

  /** Whether an answer has members that say how old they are. */
  static boolean hasAges(JsonObject json) {
    return AGED.stream().anyMatch(json::containsKey);
  }

  /** Whether two answers have the same members, but for the duration of the request. */
  static boolean sameMembers(JsonObject one, JsonObject other) {
    for (String member : LASTING) {
      if (!Objects.equals(one.getValue(member), other.getValue(member))) {
        return false;
      }
    }
    return true;
  }

  /** Returns the members of an answer that differs from that of these in the duration alone. */
  static Extras withDuration(Extras members, JsonObject json, Tell tell) {
    if (!members.odd().isEmpty()) {
      return of(json, tell);
    }
    Object value = isOn(DURATION, tell) ? plain(json.getValue(inAnswers(DURATION))) : null;
    if (Objects.equals(value, members.rpcMillis())) {
      return members;
    }
    Extras.Builder others = members.toBuilder().rpcMillis(null);
    return value == null ? others.build() : VALUES.put(others, DURATION, value).build();
  }

  /** The addresses of miners come from another verticle. */
  private static boolean isOn(String member, Tell tell) {
    return switch (member) {
      case "Client", "Version", "StartTime", "RpcMillis" -> tell.client();
      case "NetworkVersion", "Upgrades" -> tell.upgrades();
      case "Finalized" -> tell.finality();
      case "Peers" -> tell.peers();
      case "BaseFee" -> tell.fees();
      case "Balances" -> tell.balances();
      case "Proving" -> tell.proving();
      case "PendingMessages" -> tell.messages();
      default -> false;
    };
  }

  /** Answers have the names of beats in camel case. */
  private static String inAnswers(String name) {
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  private static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof JsonObject object) {
      Map<String, @Nullable Object> members = new HashMap<>();
      object.fieldNames().forEach(name -> members.put(name, plain(object.getValue(name))));
      return members;
    }
    if (value instanceof JsonArray array) {
      List<@Nullable Object> items = new ArrayList<>();
      for (int at = 0; at < array.size(); at++) {
        items.add(plain(array.getValue(at)));
      }
      return items;
    }
    return value;
  }
}
