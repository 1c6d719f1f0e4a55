package fil.heartbeat.sender;

import fil.heartbeat.chain.FilecoinAddress;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.config.Tell;
import fil.heartbeat.wire.Extras;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the optional members of an answer to the head request. Any verticle may answer, so each is
 * checked by itself: one of another form is left out and named. Members that the configuration has
 * switched off are not read.
 */
final class MemberReading {
  private static final long MAX_NUMBER = (1L << 53) - 1;
  private static final int DEADLINES = 48;

  private final JsonObject json;
  private Extras.Builder extras = new Extras.Builder();

  /** A member of another form; never leaves this class. */
  private static final class OddException extends Exception {
    private static final long serialVersionUID = 1L;

    private OddException() {
      super(null, null, false, false);
    }
  }

  private interface Reader<T> {
    T of(@Nullable Object value) throws OddException;
  }

  private MemberReading(JsonObject json) {
    this.json = json;
  }

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
    return new MemberReading(json).read(tell);
  }

  private Extras read(Tell tell) {
    member(
        tell.client(), "client", v -> text(v, Extras.MAX_CLIENT), v -> extras = extras.client(v));
    member(
        tell.client(),
        "version",
        v -> text(v, Extras.MAX_VERSION),
        v -> extras = extras.version(v));
    member(tell.client(), "startTime", MemberReading::time, v -> extras = extras.startTime(v));
    member(
        tell.upgrades(),
        "networkVersion",
        v -> (int) number(v, Extras.MAX_NETWORK_VERSION),
        v -> extras = extras.networkVersion(v));
    member(
        tell.upgrades(),
        "upgrades",
        v -> list(v, Extras.MAX_UPGRADES, MemberReading::upgrade),
        v -> extras = extras.upgrades(v));
    member(
        tell.finality(), "finalized", MemberReading::finalized, v -> extras = extras.finalized(v));
    member(
        tell.peers(),
        "peers",
        v -> (int) number(v, Extras.MAX_COUNT),
        v -> extras = extras.peers(v));
    member(tell.fees(), "baseFee", MemberReading::atto, v -> extras = extras.baseFee(v));
    member(
        tell.client(),
        "rpcMillis",
        v -> (int) number(v, Extras.MAX_RPC_MILLIS),
        v -> extras = extras.rpcMillis(v));
    member(
        tell.balances(),
        "balances",
        v -> list(v, Extras.MAX_ADDRESSES, MemberReading::balance),
        v -> extras = extras.balances(v));
    member(
        tell.proving(),
        "proving",
        v -> list(v, Extras.MAX_PROVING, MemberReading::proving),
        v -> extras = extras.proving(v));
    member(
        tell.messages(),
        "pendingMessages",
        v -> list(v, Extras.MAX_ADDRESSES, MemberReading::pending),
        v -> extras = extras.pendingMessages(v));
    return extras.build();
  }

  private <T> void member(boolean on, String name, Reader<T> reader, Consumer<T> into) {
    Object value = on ? json.getValue(name) : null;
    if (value != null) {
      try {
        into.accept(reader.of(value));
      } catch (OddException e) {
        extras = extras.odd(name);
      }
    }
  }

  private static <T> List<T> list(@Nullable Object value, int most, Reader<T> each)
      throws OddException {
    if (!(value instanceof JsonArray array) || array.size() > most) {
      throw new OddException();
    }
    List<T> read = new ArrayList<>();
    for (int at = 0; at < array.size(); at++) {
      read.add(each.of(array.getValue(at)));
    }
    return read;
  }

  private static Function<String, @Nullable Object> object(@Nullable Object value)
      throws OddException {
    if (value instanceof JsonObject object) {
      return object::getValue;
    }
    throw new OddException();
  }

  private static String text(@Nullable Object value, int most) throws OddException {
    if (value instanceof String text && !text.isEmpty() && text.length() <= most) {
      return text;
    }
    throw new OddException();
  }

  private static long number(@Nullable Object value, long most) throws OddException {
    if (value instanceof Integer || value instanceof Long) {
      long number = ((Number) value).longValue();
      if (number >= 0 && number <= most) {
        return number;
      }
    }
    throw new OddException();
  }

  private static int count(@Nullable Object value) throws OddException {
    return (int) number(value, Extras.MAX_COUNT);
  }

  private static int age(@Nullable Object value) throws OddException {
    return (int) number(value, Extras.MAX_AGE);
  }

  private static BigInteger atto(@Nullable Object value) throws OddException {
    String digits = text(value, Extras.MAX_DIGITS);
    if (!digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new OddException();
    }
    return new BigInteger(digits);
  }

  private static Instant time(@Nullable Object value) throws OddException {
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

  static String address(@Nullable Object value) throws OddException {
    String text = text(value, Extras.MAX_ADDRESS);
    try {
      return FilecoinAddress.parse(text).toString();
    } catch (IllegalArgumentException e) {
      throw new OddException();
    }
  }

  private static Extras.Upgrade upgrade(@Nullable Object value) throws OddException {
    var of = object(value);
    return new Extras.Upgrade(
        text(of.apply("name"), Extras.MAX_UPGRADE_NAME), number(of.apply("height"), MAX_NUMBER));
  }

  private static Extras.Finalized finalized(@Nullable Object value) throws OddException {
    var of = object(value);
    long height = number(of.apply("height"), MAX_NUMBER);
    if (of.apply("key") instanceof String key) {
      try {
        return new Extras.Finalized(height, TipsetKey.parse(key).toString());
      } catch (IllegalArgumentException e) {
        // Odd, as below.
      }
    }
    throw new OddException();
  }

  private static Extras.Balance balance(@Nullable Object value) throws OddException {
    var of = object(value);
    String role = text(of.apply("role"), Extras.MAX_CLIENT);
    if (!Extras.Balance.ROLES.contains(role)) {
      throw new OddException();
    }
    return new Extras.Balance(
        address(of.apply("address")), role, atto(of.apply("attoFIL")), age(of.apply("age")));
  }

  private static Extras.Proving proving(@Nullable Object value) throws OddException {
    var of = object(value);
    return new Extras.Proving(
        address(of.apply("miner")),
        (int) number(of.apply("deadline"), DEADLINES - 1),
        number(of.apply("open"), MAX_NUMBER),
        number(of.apply("close"), MAX_NUMBER),
        count(of.apply("partitions")),
        count(of.apply("unproven")),
        number(of.apply("faults"), MAX_NUMBER),
        number(of.apply("recovering"), MAX_NUMBER),
        age(of.apply("age")));
  }

  private static Extras.Pending pending(@Nullable Object value) throws OddException {
    var of = object(value);
    return new Extras.Pending(
        address(of.apply("address")),
        count(of.apply("count")),
        number(of.apply("nonce"), MAX_NUMBER),
        age(of.apply("age")));
  }
}
