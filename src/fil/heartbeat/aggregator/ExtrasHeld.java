package fil.heartbeat.aggregator;

import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.fleet.Extended;
import fil.heartbeat.fleet.Findings;
import fil.heartbeat.text.Untrusted;
import fil.heartbeat.wire.Extras;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The optional members of one peer: those of its last full beat, until they are too old. Mutable;
 * one owner.
 */
final class ExtrasHeld {

  /** How long a full beat counts: senders send one each 30 s. */
  static final Duration LASTS = Duration.ofSeconds(90);

  /** Beat intervals that it counts for when they are long. */
  private static final int INTERVALS = 3;

  /** How far the clock of a node may be ahead of ours. */
  private static final Duration AHEAD = Duration.ofMinutes(10);

  /** Upgrades are planned within this time of now; programs name unplanned ones at the far end. */
  private static final Duration PLANNED = Duration.ofDays(731);

  /** Measured size of the members, and of each of a list, with the last snapshot. */
  private static final int BYTES = 768;

  private static final int ITEM_BYTES = 400;

  /** What the alert rules keep of an address, and of what it spent in each hour of a day. */
  private static final int ADDRESS_BYTES = 256;

  private static final int SPENT_BYTES = 120;

  private static final int HOURS = 25;

  /** What they keep of a miner, and of the partitions of each deadline of a day. */
  private static final int MINER_BYTES = 1024;

  private static final int DEADLINE_BYTES = 56;

  private static final int DEADLINES = 48;

  private static final int DEADLINES_PER_HOUR = 2;

  /**
   * Miners that they keep of a peer that the configuration names; in an open fleet half of them.
   */
  private static final int MAX_MINERS = 2 * Extras.MAX_PROVING;

  /** What they keep of an address with pending messages. */
  private static final int WAITING_BYTES = 320;

  private static final long NANOS_PER_HOUR = Duration.ofHours(1).toNanos();

  private Extras extras = Extras.NONE;

  /** Whether these are none: each judgement of all nodes asks. */
  private boolean none = true;

  private KnownHeads.Head finalized = KnownHeads.Head.NONE;
  private Findings findings = Findings.NONE;

  /** Those of the members, by height: each evaluation reads them. */
  private SortedMap<Long, String> upgrades = Collections.emptySortedMap();

  /** The most addresses that it reported at once: what they spent is kept while it is silent. */
  private int addresses;

  /** The most addresses with pending messages at once. */
  private int waiting;

  /** The miners that it reported proofs of; as many as alert rules keep of a peer. */
  private final Set<String> miners = new HashSet<>(0);

  private long toldNanos;

  /** When the first ones came. */
  private long firstToldNanos;

  private boolean everTold;
  private boolean changed;
  private boolean comparedChanged;

  /** Returns the members with the ages of the last full beat. */
  Extras extras() {
    return extras;
  }

  /**
   * Returns the members; what has an age has the present one, not that of the last full beat.
   *
   * @param nowNanos monotonic
   */
  Extras aged(long nowNanos) {
    int seconds = (int) (Math.max(0, nowNanos - toldNanos) / 1_000_000_000L);
    boolean ages =
        !extras.balances().isEmpty()
            || !extras.proving().isEmpty()
            || !extras.pendingMessages().isEmpty();
    return seconds == 0 || !ages
        ? extras
        : extras.toBuilder()
            .balances(each(extras.balances(), each -> each.withAge(later(each.age(), seconds))))
            .proving(each(extras.proving(), each -> each.withAge(later(each.age(), seconds))))
            .pendingMessages(
                each(extras.pendingMessages(), each -> each.withAge(later(each.age(), seconds))))
            .build();
  }

  private static int later(int age, int seconds) {
    return Math.min(Extras.MAX_AGE, age + seconds);
  }

  Findings findings() {
    return findings;
  }

  /** Returns the last finalized tipset; empty when the node does not report one. */
  TipsetKey finalized() {
    return finalized.key;
  }

  /** Whether it has none. */
  boolean isNone() {
    return none;
  }

  /** Sets the result of the comparison. */
  void found(Findings next) {
    changed |= !findings.sameButCount(next);
    findings = next;
  }

  /**
   * Takes the members of a full beat.
   *
   * @param told as read from the wire
   * @param epochSeconds of the peer's network
   * @param epoch the present one of that network; null without a known clock
   * @param finals the finalized tipsets said lately
   * @return names of the members that were left out
   */
  Set<String> take(
      Extras told, int epochSeconds, @Nullable Long epoch, KnownHeads finals, Moment now) {
    toldNanos = now.nanos();
    firstToldNanos = everTold ? firstToldNanos : toldNanos;
    everTold = true;
    Set<String> odd = new TreeSet<>(told.odd());
    KnownHeads.Head last = finalized(told, finals, odd);
    Extras kept = cleaned(told, last, odd, planned(epochSeconds, epoch), now.at()).sharing(extras);
    changed |= !sameButDuration(kept, extras);
    if (!comparesAs(kept)) {
      comparedChanged = true;
      if (!kept.upgrades().equals(extras.upgrades())) {
        SortedMap<Long, String> byHeight = new TreeMap<>();
        kept.upgrades().forEach(each -> byHeight.put(each.height(), each.name()));
        upgrades = byHeight;
      }
      finalized.held(-1);
      last.held(1);
      finalized = last;
    }
    extras = kept;
    none = kept.isNone();
    addresses = Math.max(addresses, kept.balances().size());
    waiting = Math.max(waiting, kept.pendingMessages().size());
    kept.proving().stream()
        .map(Extras.Proving::miner)
        .filter(miner -> !miners.contains(miner))
        .limit(MAX_MINERS - miners.size())
        .forEach(miners::add);
    return odd;
  }

  /** Whether what is compared with other nodes is the same. */
  private boolean comparesAs(Extras next) {
    return Objects.equals(next.finalized(), extras.finalized())
        && next.upgrades().equals(extras.upgrades())
        && Objects.equals(next.networkVersion(), extras.networkVersion())
        && Objects.equals(next.client(), extras.client())
        && Objects.equals(next.version(), extras.version());
  }

  /** Whether two differ in more than the duration of a request, which each beat changes. */
  private static boolean sameButDuration(Extras one, Extras other) {
    return Objects.equals(one.rpcMillis(), other.rpcMillis())
        ? one.equals(other)
        : one.equals(other.toBuilder().rpcMillis(one.rpcMillis()).build());
  }

  /** Whether the members or the findings changed since the last call. */
  boolean takeChanged() {
    boolean taken = changed;
    changed = false;
    return taken;
  }

  /** Whether that of them changed which is compared with other nodes, since the last call. */
  boolean takeComparedChanged() {
    boolean taken = comparedChanged;
    comparedChanged = false;
    return taken;
  }

  /** The range of epochs within which an upgrade is planned. */
  private record Planned(long from, long to) {}

  private static Planned planned(int epochSeconds, @Nullable Long epoch) {
    long reach = PLANNED.toSeconds() / epochSeconds;
    return epoch == null
        ? new Planned(0, Long.MAX_VALUE)
        : new Planned(epoch - reach, epoch + reach);
  }

  private static KnownHeads.Head finalized(Extras told, KnownHeads finals, Set<String> odd) {
    Extras.Finalized last = told.finalized();
    if (last == null) {
      return KnownHeads.Head.NONE;
    }
    try {
      KnownHeads.Head head = finals.of(last.key());
      if (!head.key.isEmpty()) {
        return head;
      }
    } catch (IllegalArgumentException e) {
      // Odd, as an empty one is.
    }
    odd.add("Finalized");
    return KnownHeads.Head.NONE;
  }

  private Extras cleaned(
      Extras told, KnownHeads.Head tipset, Set<String> odd, Planned planned, Instant now) {
    Instant start = told.startTime();
    if (start != null && start.isAfter(now.plus(AHEAD))) {
      odd.add("StartTime");
      start = null;
    }
    List<Extras.Upgrade> upgrades = new ArrayList<>();
    for (Extras.Upgrade each : told.upgrades()) {
      if (each.height() >= planned.from && each.height() <= planned.to) {
        upgrades.add(
            new Extras.Upgrade(clean(each.name(), Extras.MAX_UPGRADE_NAME), each.height()));
      } else {
        odd.add("Upgrades");
      }
    }
    if (told.proving().stream()
        .anyMatch(each -> each.open() < planned.from || each.close() > planned.to)) {
      odd.add("Proving");
    }
    Extras.Finalized last = told.finalized();
    return new Extras.Builder()
        .client(told.client() == null ? null : clean(told.client(), Extras.MAX_CLIENT))
        .version(told.version() == null ? null : clean(told.version(), Extras.MAX_VERSION))
        .startTime(start)
        .networkVersion(told.networkVersion())
        .upgrades(odd.contains("Upgrades") ? List.of() : upgrades)
        .finalized(
            last == null || tipset.key.isEmpty()
                ? null
                : new Extras.Finalized(last.height(), tipset.canonical))
        .peers(told.peers())
        .baseFee(told.baseFee())
        .rpcMillis(told.rpcMillis())
        .minerAddresses(each(told.minerAddresses(), ExtrasHeld::address))
        .balances(each(told.balances(), each -> each.withAddress(address(each.address()))))
        .proving(
            odd.contains("Proving")
                ? List.of()
                : each(told.proving(), each -> each.withMiner(address(each.miner()))))
        .pendingMessages(
            each(told.pendingMessages(), each -> each.withAddress(address(each.address()))))
        .build();
  }

  /** A list of the same length; most are short or empty, and each full beat has four. */
  private static <T> List<T> each(List<T> list, UnaryOperator<T> change) {
    if (list.isEmpty()) {
      return list;
    }
    List<T> changed = new ArrayList<>(list.size());
    for (T each : list) {
      changed.add(change.apply(each));
    }
    return changed;
  }

  private static String clean(String text, int most) {
    return Untrusted.normalized(text, most);
  }

  private static String address(String text) {
    return clean(text, Extras.MAX_ADDRESS);
  }

  /**
   * Forgets the members when the last full beat is too old.
   *
   * @param meanMillis mean time between the peer's beats; 0 when unknown
   * @param now monotonic, nanoseconds
   * @return whether there were any
   */
  boolean expire(double meanMillis, long now) {
    if (now - expiresNanos(meanMillis, now) <= 0) {
      return false;
    }
    clear();
    return true;
  }

  /** Returns after which time they are too old; {@code otherwise} when there are none. */
  long expiresNanos(double meanMillis, long otherwise) {
    long lasts = Math.max(LASTS.toMillis(), (long) (INTERVALS * meanMillis));
    return none ? otherwise : toldNanos + lasts * 1_000_000L;
  }

  /** Forgets the members. */
  void clear() {
    changed |= !none;
    comparedChanged |= !none;
    extras = Extras.NONE;
    none = true;
    upgrades = Collections.emptySortedMap();
    finalized.held(-1);
    finalized = KnownHeads.Head.NONE;
    findings = Findings.NONE;
  }

  /**
   * Returns what is compared with other nodes.
   *
   * @param seenMillis when the peer was first seen; monotonic
   * @param height of the peer's head; null when it has none
   * @param nowNanos monotonic
   */
  Extended extended(String peerId, long seenMillis, @Nullable Long height, long nowNanos) {
    long ageMillis = Math.max(0, nowNanos - toldNanos) / 1_000_000L;
    Extras.Finalized last = extras.finalized();
    return new Extended(
        peerId,
        seenMillis,
        height,
        last == null ? null : Long.valueOf(last.height()),
        upgrades,
        new Extended.NetworkVersion(extras.networkVersion(), ageMillis),
        extras.client(),
        extras.version());
  }

  /** Returns about how many bytes it takes, here and in the alert rules. */
  int bytes() {
    // More comes with each hour and each deadline: a node that reports all for a day takes several
    // times what it takes at first.
    int hours = (int) Math.min(HOURS, 1 + (toldNanos - firstToldNanos) / NANOS_PER_HOUR);
    int deadlines = Math.min(DEADLINES, DEADLINES_PER_HOUR * hours);
    int ofRules =
        addresses * (ADDRESS_BYTES + SPENT_BYTES * hours)
            + miners.size() * (MINER_BYTES + DEADLINE_BYTES * deadlines)
            + WAITING_BYTES * waiting;
    if (none) {
      return ofRules;
    }
    return ofRules
        + BYTES
        + KnownHeads.BYTES_PER_CHARACTER * finalized.share()
        + ITEM_BYTES
            * (extras.upgrades().size()
                + extras.minerAddresses().size()
                + extras.balances().size()
                + extras.proving().size()
                + extras.pendingMessages().size());
  }
}
