package fil.heartbeat.wire;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The optional members of a beat. A beat with any of them carries all that its sender knows now; a
 * beat without one says nothing new about them. A null or an empty list is a member that the beat
 * does not have: unknown, too old, refused or switched off at the sender.
 *
 * <p>As read, each is within the limits that need no clock; one beyond them is left out alone and
 * named in {@code odd}. Texts are as sent, not cleaned.
 *
 * @param client the program of the node, such as {@code lotus}; at most {@link #MAX_CLIENT}
 *     characters
 * @param version as the node reports it; at most {@link #MAX_VERSION} characters
 * @param startTime when the node started, by its own clock; 2020 or later
 * @param networkVersion 0 to 10^4
 * @param upgrades that the node knows, by height; at most {@link #MAX_UPGRADES}
 * @param finalized the last finalized tipset; not above the height of the beat
 * @param peers to which the node can publish; 0 to 10^6
 * @param baseFee of the head, in attoFIL
 * @param rpcMillis duration of the last good request for the head; 0 to 600,000 ms
 * @param minerAddresses of a node with several miners; at most {@link #MAX_ADDRESSES}
 * @param balances at most {@link #MAX_ADDRESSES}
 * @param proving at most {@link #MAX_PROVING}
 * @param pendingMessages at most {@link #MAX_ADDRESSES}
 * @param odd names of the members that were left out because of their type, form or range
 */
public record Extras(
    @Nullable String client,
    @Nullable String version,
    @Nullable Instant startTime,
    @Nullable Integer networkVersion,
    List<Upgrade> upgrades,
    @Nullable Finalized finalized,
    @Nullable Integer peers,
    @Nullable BigInteger baseFee,
    @Nullable Integer rpcMillis,
    List<String> minerAddresses,
    List<Balance> balances,
    List<Proving> proving,
    List<Pending> pendingMessages,
    Set<String> odd) {

  public static final int MAX_CLIENT = 32;
  public static final int MAX_VERSION = 128;
  public static final int MAX_NETWORK_VERSION = 10_000;
  public static final int MAX_UPGRADES = 8;
  public static final int MAX_UPGRADE_NAME = 32;
  public static final int MAX_COUNT = 1_000_000;
  public static final int MAX_RPC_MILLIS = 600_000;
  public static final int MAX_ADDRESSES = 16;
  public static final int MAX_PROVING = 8;
  public static final int MAX_AGE = 86_400;

  /** Digits of an amount in attoFIL; all FIL that can exist have 28. */
  public static final int MAX_DIGITS = 40;

  /** Characters of an address; the longest that exists has fewer. */
  public static final int MAX_ADDRESS = 128;

  /** The earliest start of a node: the main network began later in that year. */
  public static final Instant FIRST_START = Instant.parse("2020-01-01T00:00:00Z");

  /** Beats with none of them. */
  public static final Extras NONE = new Builder().build();

  /**
   * A network upgrade.
   *
   * @param height 0 to 2^53-1
   */
  public record Upgrade(String name, long height) {}

  /**
   * A finalized tipset.
   *
   * @param height 0 to 2^53-1
   * @param key text of the form of a head
   */
  public record Finalized(long height, String key) {}

  /**
   * The balance of an address.
   *
   * @param role owner, worker, control, miner or other; of a miner it is the available balance
   * @param age seconds since the node reported it, 0 to {@link #MAX_AGE}
   */
  public record Balance(String address, String role, BigInteger attoFil, int age) {

    /** The roles an address may have. */
    public static final Set<String> ROLES = Set.of("owner", "worker", "control", "miner", "other");

    /** Returns a copy of another address. */
    public Balance withAddress(String other) {
      return new Balance(other, role, attoFil, age);
    }

    private Balance sharing(Balance earlier) {
      return address.equals(earlier.address)
          ? new Balance(
              earlier.address,
              role.equals(earlier.role) ? earlier.role : role,
              attoFil.equals(earlier.attoFil) ? earlier.attoFil : attoFil,
              age)
          : this;
    }

    /** Returns a copy of another age. */
    public Balance withAge(int seconds) {
      return new Balance(address, role, attoFil, seconds);
    }
  }

  /**
   * The present proving deadline of a miner.
   *
   * @param deadline its index, 0 to 47
   * @param open the epoch at which it opens
   * @param close the epoch at which it closes; 1 to 2,880 after it opens
   * @param partitions to prove
   * @param unproven partitions that are not proven yet
   * @param faults faulty sectors of the miner; null when not known
   * @param recovering recovering sectors of the deadline
   * @param age seconds since the node reported it, 0 to {@link #MAX_AGE}
   */
  public record Proving(
      String miner,
      int deadline,
      long open,
      long close,
      int partitions,
      int unproven,
      @Nullable Long faults,
      long recovering,
      int age) {

    /** Returns a copy of another miner. */
    public Proving withMiner(String other) {
      return new Proving(
          other, deadline, open, close, partitions, unproven, faults, recovering, age);
    }

    private Proving sharing(Proving earlier) {
      return miner.equals(earlier.miner) ? withMiner(earlier.miner) : this;
    }

    /** Returns a copy of another age. */
    public Proving withAge(int seconds) {
      return new Proving(
          miner, deadline, open, close, partitions, unproven, faults, recovering, seconds);
    }
  }

  /**
   * The messages of an address that wait in the node's pool.
   *
   * @param count 0 to 10^6
   * @param nonce the next one on the chain
   * @param age seconds since the node reported it, 0 to {@link #MAX_AGE}
   */
  public record Pending(String address, int count, long nonce, int age) {

    /** Returns a copy of another address. */
    public Pending withAddress(String other) {
      return new Pending(other, count, nonce, age);
    }

    private Pending sharing(Pending earlier) {
      return address.equals(earlier.address) ? withAddress(earlier.address) : this;
    }

    /** Returns a copy of another age. */
    public Pending withAge(int seconds) {
      return new Pending(address, count, nonce, seconds);
    }
  }

  public Extras {
    upgrades = List.copyOf(upgrades);
    minerAddresses = List.copyOf(minerAddresses);
    balances = List.copyOf(balances);
    proving = List.copyOf(proving);
    pendingMessages = List.copyOf(pendingMessages);
    odd = Set.copyOf(odd);
  }

  /** Whether there is no member, good or odd. */
  public boolean isNone() {
    // Asked of each beat: most nodes name their program, or report nothing at all.
    return client == null && equals(NONE);
  }

  /**
   * Returns the same members; what the earlier beat said too is taken from there. A node repeats
   * nearly all of them, and what has just been read can then be forgotten at once.
   */
  public Extras sharing(Extras earlier) {
    return new Extras(
        shared(client, earlier.client),
        shared(version, earlier.version),
        shared(startTime, earlier.startTime),
        shared(networkVersion, earlier.networkVersion),
        upgrades.equals(earlier.upgrades) ? earlier.upgrades : upgrades,
        shared(finalized, earlier.finalized),
        shared(peers, earlier.peers),
        shared(baseFee, earlier.baseFee),
        shared(rpcMillis, earlier.rpcMillis),
        minerAddresses.equals(earlier.minerAddresses) ? earlier.minerAddresses : minerAddresses,
        shared(balances, earlier.balances, Balance::sharing),
        shared(proving, earlier.proving, Proving::sharing),
        shared(pendingMessages, earlier.pendingMessages, Pending::sharing),
        odd.equals(earlier.odd) ? earlier.odd : odd);
  }

  private static <T> @Nullable T shared(@Nullable T next, @Nullable T earlier) {
    return next != null && next.equals(earlier) ? earlier : next;
  }

  /** Shares each with the one at its place: a sender lists the same in the same order. */
  private static <T> List<T> shared(List<T> next, List<T> earlier, BinaryOperator<T> each) {
    if (next.isEmpty() || next.equals(earlier)) {
      return next.isEmpty() ? next : earlier;
    }
    List<T> all = new ArrayList<>(next.size());
    for (int i = 0; i < next.size(); i++) {
      all.add(i < earlier.size() ? each.apply(next.get(i), earlier.get(i)) : next.get(i));
    }
    return all;
  }

  /** Returns a builder that starts with these members. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.client = client;
    builder.version = version;
    builder.startTime = startTime;
    builder.networkVersion = networkVersion;
    builder.upgrades = upgrades;
    builder.finalized = finalized;
    builder.peers = peers;
    builder.baseFee = baseFee;
    builder.rpcMillis = rpcMillis;
    builder.minerAddresses = minerAddresses;
    builder.balances = balances;
    builder.proving = proving;
    builder.pendingMessages = pendingMessages;
    builder.odd.addAll(odd);
    return builder;
  }

  /** Collects members. Not thread-safe. */
  public static final class Builder {
    private @Nullable String client;
    private @Nullable String version;
    private @Nullable Instant startTime;
    private @Nullable Integer networkVersion;
    private List<Upgrade> upgrades = List.of();
    private @Nullable Finalized finalized;
    private @Nullable Integer peers;
    private @Nullable BigInteger baseFee;
    private @Nullable Integer rpcMillis;
    private List<String> minerAddresses = List.of();
    private List<Balance> balances = List.of();
    private List<Proving> proving = List.of();
    private List<Pending> pendingMessages = List.of();
    private final Set<String> odd = new TreeSet<>();

    public Builder client(@Nullable String value) {
      client = value;
      return this;
    }

    public Builder version(@Nullable String value) {
      version = value;
      return this;
    }

    public Builder startTime(@Nullable Instant value) {
      startTime = value;
      return this;
    }

    public Builder networkVersion(@Nullable Integer value) {
      networkVersion = value;
      return this;
    }

    public Builder upgrades(List<Upgrade> value) {
      upgrades = value;
      return this;
    }

    public Builder finalized(@Nullable Finalized value) {
      finalized = value;
      return this;
    }

    public Builder peers(@Nullable Integer value) {
      peers = value;
      return this;
    }

    public Builder baseFee(@Nullable BigInteger value) {
      baseFee = value;
      return this;
    }

    public Builder rpcMillis(@Nullable Integer value) {
      rpcMillis = value;
      return this;
    }

    public Builder minerAddresses(List<String> value) {
      minerAddresses = value;
      return this;
    }

    public Builder balances(List<Balance> value) {
      balances = value;
      return this;
    }

    public Builder proving(List<Proving> value) {
      proving = value;
      return this;
    }

    public Builder pendingMessages(List<Pending> value) {
      pendingMessages = value;
      return this;
    }

    /** Names a member that was left out because of its type, form or range. */
    public Builder odd(String member) {
      odd.add(member);
      return this;
    }

    public Extras build() {
      return new Extras(
          client,
          version,
          startTime,
          networkVersion,
          upgrades,
          finalized,
          peers,
          baseFee,
          rpcMillis,
          minerAddresses,
          balances,
          proving,
          pendingMessages,
          odd);
    }
  }
}
