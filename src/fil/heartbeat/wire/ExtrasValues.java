package fil.heartbeat.wire;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The type, form and range of each optional member: the one place that says which values beats and
 * the answers that they are made from may have. A value is a {@code String}, an {@code Integer} or
 * {@code Long}, a {@code List} or a {@code Map} with texts as keys; any other is odd.
 */
public final class ExtrasValues {

  /** Each role by itself: many balances share one text. */
  private static final Map<String, String> ROLES =
      Extras.Balance.ROLES.stream()
          .collect(Collectors.toUnmodifiableMap(role -> role, role -> role));

  /** The members in the order in which they are written, by their names in a beat. */
  public static final List<String> MEMBERS =
      List.of(
          "Client",
          "Version",
          "StartTime",
          "NetworkVersion",
          "Upgrades",
          "Finalized",
          "Peers",
          "BaseFee",
          "RpcMillis",
          "MinerAddresses",
          "Balances",
          "Proving",
          "PendingMessages");

  /** Values as they stand in a beat: any text may be an address or a key. */
  static final ExtrasValues OF_BEATS =
      new ExtrasValues(
          UnaryOperator.identity(), UnaryOperator.identity(), UnaryOperator.identity());

  /** Deadlines of a proving period. */
  private static final int DEADLINES = 48;

  /** Longest deadline, in epochs; it has 60 on the public networks. */
  private static final long MAX_DEADLINE = 2_880;

  /** A value that cannot be used; never leaves this class. */
  private static final class OddException extends Exception {
    private static final long serialVersionUID = 1L;

    private OddException() {
      super(null, null, false, false);
    }
  }

  private interface Reader<T> {
    T of(@Nullable Object value) throws OddException;
  }

  private final UnaryOperator<String> names;
  private final UnaryOperator<String> addresses;
  private final UnaryOperator<String> keys;

  /**
   * @param names maps the name of a member in a beat to its name in the values
   * @param addresses returns an address as it is sent; throws {@link IllegalArgumentException} for
   *     a text that is none
   * @param keys returns a tipset key as it is sent; throws {@link IllegalArgumentException} for a
   *     text that is none
   */
  public ExtrasValues(
      UnaryOperator<String> names, UnaryOperator<String> addresses, UnaryOperator<String> keys) {
    this.names = names;
    this.addresses = addresses;
    this.keys = keys;
  }

  /**
   * Adds a member; one of another type, form or range is left out and named.
   *
   * @param member one of {@link #MEMBERS}
   * @return the builder
   */
  public Extras.Builder put(Extras.Builder extras, String member, Object value) {
    try {
      return switch (member) {
        case "Client" -> extras.client(text(value, Extras.MAX_CLIENT));
        case "Version" -> extras.version(text(value, Extras.MAX_VERSION));
        case "StartTime" -> extras.startTime(time(value));
        case "NetworkVersion" ->
            extras.networkVersion((int) number(value, Extras.MAX_NETWORK_VERSION));
        case "Upgrades" -> extras.upgrades(list(value, Extras.MAX_UPGRADES, this::upgrade));
        case "Finalized" -> extras.finalized(finalized(value));
        case "Peers" -> extras.peers(count(value));
        case "BaseFee" -> extras.baseFee(atto(value));
        case "RpcMillis" -> extras.rpcMillis((int) number(value, Extras.MAX_RPC_MILLIS));
        case "MinerAddresses" ->
            extras.minerAddresses(list(value, Extras.MAX_ADDRESSES, this::address));
        case "Balances" -> extras.balances(list(value, Extras.MAX_ADDRESSES, this::balance));
        case "Proving" -> extras.proving(list(value, Extras.MAX_PROVING, this::proving));
        case "PendingMessages" ->
            extras.pendingMessages(list(value, Extras.MAX_ADDRESSES, this::pending));
        default ->
            throw new IllegalArgumentException(member + " (expected: one of " + MEMBERS + ")");
      };
    } catch (OddException e) {
      return extras.odd(names.apply(member));
    }
  }

  private static <T> List<T> list(@Nullable Object value, int most, Reader<T> each)
      throws OddException {
    if (!(value instanceof List<?> list) || list.size() > most) {
      throw new OddException();
    }
    List<T> read = new ArrayList<>();
    for (Object item : list) {
      read.add(each.of(item));
    }
    return read;
  }

  /** Returns the members of an object by their names in a beat. */
  private Function<String, @Nullable Object> object(@Nullable Object value) throws OddException {
    if (value instanceof Map<?, ?> map) {
      return name -> map.get(names.apply(name));
    }
    throw new OddException();
  }

  private static String text(@Nullable Object value, int most) throws OddException {
    if (value instanceof String text && !text.isEmpty() && text.length() <= most) {
      return text;
    }
    throw new OddException();
  }

  private static String checked(String text, UnaryOperator<String> check) throws OddException {
    try {
      return check.apply(text);
    } catch (IllegalArgumentException e) {
      throw new OddException();
    }
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

  private String address(@Nullable Object value) throws OddException {
    return checked(text(value, Extras.MAX_ADDRESS), addresses);
  }

  private Extras.Upgrade upgrade(@Nullable Object value) throws OddException {
    var of = object(value);
    return new Extras.Upgrade(
        text(of.apply("Name"), Extras.MAX_UPGRADE_NAME), height(of.apply("Height")));
  }

  private Extras.Finalized finalized(@Nullable Object value) throws OddException {
    var of = object(value);
    return new Extras.Finalized(
        height(of.apply("Height")),
        checked(text(of.apply("Key"), HeartbeatDecoder.MAX_OBJECT), keys));
  }

  private Extras.Balance balance(@Nullable Object value) throws OddException {
    var of = object(value);
    String role = ROLES.get(text(of.apply("Role"), Extras.MAX_CLIENT));
    if (role == null) {
      throw new OddException();
    }
    return new Extras.Balance(
        address(of.apply("Address")), role, atto(of.apply("AttoFIL")), age(of.apply("Age")));
  }

  private Extras.Proving proving(@Nullable Object value) throws OddException {
    var of = object(value);
    Object faults = of.apply("Faults");
    long open = height(of.apply("Open"));
    long close = height(of.apply("Close"));
    if (close <= open || close - open > MAX_DEADLINE) {
      throw new OddException();
    }
    return new Extras.Proving(
        address(of.apply("Miner")),
        (int) number(of.apply("Deadline"), DEADLINES - 1),
        open,
        close,
        count(of.apply("Partitions")),
        count(of.apply("Unproven")),
        faults == null ? null : Long.valueOf(height(faults)),
        height(of.apply("Recovering")),
        age(of.apply("Age")));
  }

  private Extras.Pending pending(@Nullable Object value) throws OddException {
    var of = object(value);
    return new Extras.Pending(
        address(of.apply("Address")),
        count(of.apply("Count")),
        height(of.apply("Nonce")),
        age(of.apply("Age")));
  }
}
