package fil.heartbeat.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the optional members. One of another type, form or range is left out alone and named; null
 * leaves the earlier value, as for the other members.
 */
final class ExtrasReader {

  /** Levels of a member: a list of objects has two. */
  private static final int MAX_DEPTH = 4;

  /** Deadlines of a proving period. */
  private static final int DEADLINES = 48;

  /** Longest deadline, in epochs; it has 60 on the public networks. */
  private static final long MAX_DEADLINE = 2_880;

  /** A value that no member has, such as a fraction or a list in too many others. */
  private static final Object UNUSABLE = new Object();

  private Extras.Builder extras = new Extras.Builder();
  private Extras.@Nullable Finalized finalized;

  /** A member that cannot be used; never leaves this class. */
  private static final class OddException extends Exception {
    private static final long serialVersionUID = 1L;

    private OddException() {
      super(null, null, false, false);
    }
  }

  /** Reads the value of a member that is not one of the first senders'. */
  private interface Member<T> {
    T of(Object value) throws OddException;
  }

  /**
   * Reads a member if it is one of the optional ones.
   *
   * @param folded its name as Go compares it
   * @return whether it was
   */
  boolean read(String folded, JsonToken token, JsonParser parser) throws IOException {
    switch (folded) {
      case "client" ->
          take(
              "Client",
              token,
              parser,
              v -> text(v, Extras.MAX_CLIENT),
              v -> extras = extras.client(v));
      case "version" ->
          take(
              "Version",
              token,
              parser,
              v -> text(v, Extras.MAX_VERSION),
              v -> extras = extras.version(v));
      case "starttime" ->
          take("StartTime", token, parser, ExtrasReader::time, v -> extras = extras.startTime(v));
      case "networkversion" ->
          take(
              "NetworkVersion",
              token,
              parser,
              v -> (int) number(v, Extras.MAX_NETWORK_VERSION),
              v -> extras = extras.networkVersion(v));
      case "upgrades" ->
          take(
              "Upgrades",
              token,
              parser,
              v -> list(v, Extras.MAX_UPGRADES, ExtrasReader::upgrade),
              v -> extras = extras.upgrades(v));
      case "finalized" ->
          take("Finalized", token, parser, ExtrasReader::finalized, v -> finalized = v);
      case "peers" ->
          take(
              "Peers",
              token,
              parser,
              v -> (int) number(v, Extras.MAX_COUNT),
              v -> extras = extras.peers(v));
      case "basefee" ->
          take("BaseFee", token, parser, ExtrasReader::atto, v -> extras = extras.baseFee(v));
      case "rpcmillis" ->
          take(
              "RpcMillis",
              token,
              parser,
              v -> (int) number(v, Extras.MAX_RPC_MILLIS),
              v -> extras = extras.rpcMillis(v));
      case "mineraddresses" ->
          take(
              "MinerAddresses",
              token,
              parser,
              v -> list(v, Extras.MAX_ADDRESSES, a -> text(a, Extras.MAX_ADDRESS)),
              v -> extras = extras.minerAddresses(v));
      case "balances" ->
          take(
              "Balances",
              token,
              parser,
              v -> list(v, Extras.MAX_ADDRESSES, ExtrasReader::balance),
              v -> extras = extras.balances(v));
      case "proving" ->
          take(
              "Proving",
              token,
              parser,
              v -> list(v, Extras.MAX_PROVING, ExtrasReader::proving),
              v -> extras = extras.proving(v));
      case "pendingmessages" ->
          take(
              "PendingMessages",
              token,
              parser,
              v -> list(v, Extras.MAX_ADDRESSES, ExtrasReader::pending),
              v -> extras = extras.pendingMessages(v));
      default -> {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns what was read.
   *
   * @param height of the beat, which no finalized tipset can be above
   */
  Extras extras(long height) {
    if (finalized != null) {
      if (finalized.height() <= height) {
        extras = extras.finalized(finalized);
      } else {
        extras = extras.odd("Finalized");
      }
    }
    return extras.build();
  }

  private <T> void take(
      String name, JsonToken token, JsonParser parser, Member<T> member, Consumer<T> into)
      throws IOException {
    Object value = value(token, parser, 0);
    if (value == null) {
      return;
    }
    try {
      into.accept(member.of(value));
    } catch (OddException e) {
      extras = extras.odd(name);
    }
  }

  /** Reads a value whole, so that an odd one can be left out; null for a JSON null. */
  private static @Nullable Object value(JsonToken token, JsonParser parser, int depth)
      throws IOException {
    return switch (token) {
      case VALUE_NULL -> null;
      case VALUE_STRING -> HeartbeatReader.withoutLoneSurrogates(parser.getText());
      case VALUE_NUMBER_INT ->
          // Longer ones are beyond every range.
          parser.getTextLength() > HeartbeatReader.SAFE_DIGITS
              ? UNUSABLE
              : Long.valueOf(parser.getLongValue());
      case START_ARRAY -> depth < MAX_DEPTH ? list(parser, depth) : skipped(parser);
      case START_OBJECT -> depth < MAX_DEPTH ? map(parser, depth) : skipped(parser);
      default -> UNUSABLE;
    };
  }

  private static Object skipped(JsonParser parser) throws IOException {
    var unused = parser.skipChildren();
    return UNUSABLE;
  }

  private static Object list(JsonParser parser, int depth) throws IOException {
    List<@Nullable Object> list = new ArrayList<>();
    for (JsonToken next = parser.nextToken();
        next != JsonToken.END_ARRAY;
        next = parser.nextToken()) {
      list.add(value(next, parser, depth + 1));
    }
    return list;
  }

  private static Object map(JsonParser parser, int depth) throws IOException {
    Map<String, @Nullable Object> map = new HashMap<>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      map.put(name, value(parser.nextToken(), parser, depth + 1));
    }
    return map;
  }

  private static <T> List<T> list(Object value, int most, Member<T> each) throws OddException {
    if (!(value instanceof List<?> list) || list.size() > most) {
      throw new OddException();
    }
    List<T> read = new ArrayList<>();
    for (Object item : list) {
      read.add(each.of(present(item)));
    }
    return read;
  }

  private static Object present(@Nullable Object value) throws OddException {
    if (value == null) {
      throw new OddException();
    }
    return value;
  }

  private static Function<String, @Nullable Object> object(Object value) throws OddException {
    if (!(value instanceof Map<?, ?> map)) {
      throw new OddException();
    }
    return map::get;
  }

  private static String text(@Nullable Object value, int most) throws OddException {
    if (value instanceof String text && !text.isEmpty() && text.length() <= most) {
      return text;
    }
    throw new OddException();
  }

  private static long number(@Nullable Object value, long most) throws OddException {
    if (value instanceof Long number && number >= 0 && number <= most) {
      return number;
    }
    throw new OddException();
  }

  private static int count(@Nullable Object value) throws OddException {
    return (int) number(value, Extras.MAX_COUNT);
  }

  private static int age(@Nullable Object value) throws OddException {
    return (int) number(value, Extras.MAX_AGE);
  }

  private static long height(@Nullable Object value) throws OddException {
    return number(value, HeartbeatReader.MAX_HEIGHT);
  }

  private static BigInteger atto(@Nullable Object value) throws OddException {
    String digits = text(value, Extras.MAX_DIGITS);
    if (!digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new OddException();
    }
    return new BigInteger(digits);
  }

  private static Instant time(Object value) throws OddException {
    try {
      Instant time = OffsetDateTime.parse(text(value, Extras.MAX_VERSION)).toInstant();
      if (!time.isBefore(Extras.FIRST_START)) {
        return time;
      }
    } catch (DateTimeException e) {
      // Odd, as below.
    }
    throw new OddException();
  }

  private static Extras.Upgrade upgrade(Object value) throws OddException {
    var of = object(value);
    return new Extras.Upgrade(
        text(of.apply("Name"), Extras.MAX_UPGRADE_NAME), height(of.apply("Height")));
  }

  private static Extras.Finalized finalized(Object value) throws OddException {
    var of = object(value);
    return new Extras.Finalized(
        height(of.apply("Height")), text(of.apply("Key"), HeartbeatDecoder.MAX_OBJECT));
  }

  private static Extras.Balance balance(Object value) throws OddException {
    var of = object(value);
    String role = text(of.apply("Role"), Extras.MAX_CLIENT);
    if (!Extras.Balance.ROLES.contains(role)) {
      throw new OddException();
    }
    return new Extras.Balance(
        text(of.apply("Address"), Extras.MAX_ADDRESS),
        role,
        atto(of.apply("AttoFIL")),
        age(of.apply("Age")));
  }

  private static Extras.Proving proving(Object value) throws OddException {
    var of = object(value);
    long open = height(of.apply("Open"));
    long close = height(of.apply("Close"));
    if (close <= open || close - open > MAX_DEADLINE) {
      throw new OddException();
    }
    return new Extras.Proving(
        text(of.apply("Miner"), Extras.MAX_ADDRESS),
        (int) number(of.apply("Deadline"), DEADLINES - 1),
        open,
        close,
        count(of.apply("Partitions")),
        count(of.apply("Unproven")),
        height(of.apply("Faults")),
        height(of.apply("Recovering")),
        age(of.apply("Age")));
  }

  private static Extras.Pending pending(Object value) throws OddException {
    var of = object(value);
    return new Extras.Pending(
        text(of.apply("Address"), Extras.MAX_ADDRESS),
        count(of.apply("Count")),
        height(of.apply("Nonce")),
        age(of.apply("Age")));
  }
}
