package fil.heartbeat.aggregator;

import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.fleet.Detector;
import fil.heartbeat.fleet.DetectorSettings;
import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.Judgement;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.fleet.LocalHealth;
import fil.heartbeat.fleet.Moved;
import fil.heartbeat.fleet.NodeHeads;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.wire.Heartbeat;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Everything stored about one peer. Mutable; never leaves the registry's context. */
final class PeerEntry {
  /** Measured size of one peer here, in the last snapshot and in the feed, without its texts. */
  private static final int BYTES = 4 * 1024;

  final PeerId peer;
  final String peerId;
  NodeHeads reports = new NodeHeads(Standing.STRANGER);
  final Detector detector;
  final Uptime uptime = new Uptime();
  final BeatBudget budget;
  final Farewell farewell = new Farewell();
  final Twins twins = new Twins();
  final ExtrasHeld extras = new ExtrasHeld();

  @Nullable Expected expected;
  Standing standing = Standing.STRANGER;
  Claims claims = Claims.NONE;
  TipsetKey head = TipsetKey.EMPTY;

  /** The height that it claims; -1 without one. */
  long height = -1;

  /** Whether it claims to sync. */
  boolean syncing;

  @Nullable NetworkState network;
  Judgement judgement;
  boolean claiming;

  /** The miners that it claims; as compared with those of others. */
  Set<String> claimedMiners = Set.of();

  /** The nickname that it claims, as compared with those of others; null without one. */
  @Nullable String claimedName;

  /** How many of the miners another peer claims too. */
  int sharedMiners;

  int streams;
  int arrivals;
  @Nullable String address;
  @Nullable Instant connectedSince;
  @Nullable Instant disconnectedSince;
  @Nullable Instant firstSeen;
  @Nullable Instant lastBeat;
  @Nullable Instant headSince;
  long beats;

  int slotBeats;
  long longestGapMillis;
  boolean unsaved;
  long changedAt;

  /** Bytes that {@link PeerTable} counts for it. */
  int weight;

  /** Whether it voted, might have voted and was compared when all of its network were judged. */
  boolean votes;

  boolean mayVote;
  boolean compared;

  /** Whether it has been here for a while. */
  boolean acquainted;

  /** Whether its beats were overdue, and whether it had stopped, at that time. */
  boolean overdue;

  boolean stopped;

  /** Whether a deadline of it may have become earlier since then. */
  boolean hurried = true;

  /** Whether {@link PeerTable} does not know it any more. */
  boolean forgotten;

  /** When it must be judged at the latest, whether it beats or not; monotonic. */
  long decidedNanos;

  /** Whether the ledger of its network has the head that it claims. */
  boolean stored;

  /** Its place among all nodes, by when they became known. */
  long order;

  /** Whether something happened to it since then. */
  boolean moved;

  // Of {@link Members}.
  Members.@Nullable Column column;
  int place;
  boolean agrees;
  boolean agreesVoting;

  // Of {@link DueWheel}.
  boolean filed;
  long dueNanos;
  long dueSecond;

  // Neighbours in the order of the last change, of {@link RecentChanges}.
  @Nullable PeerEntry changedBefore;
  @Nullable PeerEntry changedAfter;

  private final LastSaid said = new LastSaid();

  PeerEntry(PeerId peer, BeatBudget budget, Moment now) {
    this.peer = peer;
    this.peerId = peer.toString();
    this.budget = budget;
    this.detector = new Detector(DetectorSettings.DEFAULT, now.nanos());
    this.judgement = Judgement.first(Liveness.BEATING, now.at());
  }

  boolean seen() {
    return firstSeen != null;
  }

  /** Takes its first beat. */
  void begins(Instant at) {
    firstSeen = at;
    judgement = Judgement.first(Liveness.BEATING, at);
  }

  /** Returns when it was first seen, monotonic; the present before its first beat. */
  long seenMillis(Moment now) {
    Instant first = firstSeen;
    long ago = first == null ? 0 : Duration.between(first, now.at()).toMillis();
    return now.nanos() / 1_000_000 - ago;
  }

  /**
   * Whether it has a stream. A stream without a beat keeps a connected node connected but does not
   * bring a lost one back: it may be a test with the node's key.
   */
  boolean connected() {
    return streams > 0 || (arrivals > 0 && judgement.verdict().liveness().isHeard());
  }

  /** Since when it has no stream; null while it has one or if it never had one. */
  @Nullable Instant lostSince() {
    return connected() ? null : disconnectedSince;
  }

  /**
   * Whether beats are overdue. They are due only on an open connection: a lost one is not silence,
   * but a silence lasts until the next beat.
   */
  boolean isOverdue(long nanos, LocalHealth health) {
    return connected() ? detector.silent(nanos, health) : detector.isSilent();
  }

  /** Sets the peer's present streams; null when it never had one. */
  void connect(@Nullable OpenStreams open) {
    streams = open == null ? 0 : open.streams();
    arrivals = open == null ? 0 : open.arrivals();
    connectedSince = streams == 0 || open == null ? null : open.since();
    if (open != null && !open.address().isEmpty()) {
      address = open.address();
    }
    if (streams > 0) {
      disconnectedSince = null;
    } else {
      said.closed();
    }
  }

  /** Since when it has stopped on purpose; null when it has not. */
  @Nullable Instant stoppedSince(Moment now) {
    return farewell.since(now, arrivals > 0);
  }

  /** Changes its standing. */
  void stand(Standing next) {
    standing = next;
    if (!next.isMonitored()) {
      extras.clear();
    }
    if (network == null) {
      // Without a network none of its heads are stored.
      reports = new NodeHeads(next);
    } else {
      network.stand(this, next);
    }
  }

  /** Whether the beat repeats the claims of the last one. */
  boolean says(Heartbeat beat) {
    return said.repeats(beat, claims, streams > 0);
  }

  /** Stores the claims of a beat. */
  void claim(Heartbeat beat, KnownHeads.Head next) {
    boolean sameHead = said.isAny() && next.key.equals(head);
    if (said.isAny() && !said.isGenesis(beat.genesisCid())) {
      extras.clear();
    }
    claims = said.take(beat, next, sameHead ? claims.head() : next.cids, claims, streams > 0);
    head = next.key;
    height = beat.height();
    syncing = Boolean.TRUE.equals(beat.syncing());
  }

  /** Enters another network, or none: its members for one chain say nothing about another. */
  void enter(@Nullable NetworkState next) {
    if (network != null) {
      network.forget(this);
    }
    network = next;
    moved = false;
    extras.clear();
  }

  /** Compares its earlier claims with the present ones. */
  void claimed(Claims before, Instant now) {
    if (headSince == null
        || !before.head().equals(claims.head())
        || !Objects.equals(before.height(), claims.height())) {
      headSince = now;
    }
    unsaved |= beats == 0 || !before.sameButHead(claims);
  }

  /** Returns about how many bytes it takes. */
  int bytes() {
    int characters =
        said.isAny() ? said.characters() : claims.head().stream().mapToInt(String::length).sum();
    return BYTES + KnownHeads.BYTES_PER_CHARACTER * characters + extras.bytes();
  }

  /** Forgets the optional members that are too old; returns whether there were any. */
  boolean expire(long nanos) {
    return extras.expire(detector.meanMillis(), nanos);
  }

  /** Whether a beat is a full one, whose optional members are kept: none of a stranger's are. */
  boolean tells(Heartbeat beat) {
    return !beat.extras().isNone() && standing.isMonitored();
  }

  /**
   * Takes the optional members of a full beat.
   *
   * @param finals the finalized tipsets said lately
   * @return names of the members that were left out
   */
  Set<String> told(Heartbeat beat, KnownHeads finals, Moment now) {
    NetworkState of = network;
    return extras.take(
        beat.extras(),
        of == null ? Network.USUAL_EPOCH_SECONDS : of.epochSeconds(),
        of == null ? null : of.epochs().at(now.at()),
        finals,
        now);
  }

  /**
   * Returns when it must be judged although nothing happens; monotonic. Each beat moves it, and
   * what {@link Evaluator} found is a limit.
   */
  long nextNanos() {
    boolean due = seen() && connected() && !detector.isSilent();
    long next = due ? Math.min(decidedNanos, detector.deadlineNanos()) : decidedNanos;
    return Math.min(next, extras.expiresNanos(detector.meanMillis(), next));
  }

  /** Returns each miner that it claims: the one of its beats and, of several, all. */
  Set<String> miners() {
    return claims.miners(extras.extras().minerAddresses());
  }

  /** Lets go of all that takes room: what still refers to it for a moment holds no more. */
  void release() {
    claims = Claims.NONE;
    head = TipsetKey.EMPTY;
    height = -1;
    syncing = false;
    claimedMiners = Set.of();
    reports = new NodeHeads(standing);
    extras.clear();
    said.release();
  }

  /** Restores the claims from before a restart. */
  void restore(Claims known, TipsetKey key) {
    claims = known;
    head = key;
    Long at = known.height();
    height = at == null ? -1 : at;
    syncing = Boolean.TRUE.equals(known.syncing());
  }

  /**
   * The clock was set: moves all times, so that ages stay the same, and marks the entry for
   * history.
   */
  void moved(Duration by) {
    connectedSince = Moved.movedOrNull(connectedSince, by);
    disconnectedSince = Moved.movedOrNull(disconnectedSince, by);
    firstSeen = Moved.movedOrNull(firstSeen, by);
    lastBeat = Moved.movedOrNull(lastBeat, by);
    headSince = Moved.movedOrNull(headSince, by);
    judgement = judgement.moved(by);
    farewell.moved(by);
    twins.moved(by);
    unsaved = true;
  }

  /**
   * The longest time without a beat in the present slot of the history, including the one that goes
   * on.
   */
  long gapMillis(Instant now) {
    Instant last = lastBeat;
    return last == null
        ? longestGapMillis
        : Math.max(longestGapMillis, ChronoUnit.MILLIS.between(last, now));
  }

  Contact contact() {
    return new Contact(
        new Contact.Connection(connected(), address, connectedSince, lostSince()),
        new Contact.Uptime(uptime.share(), uptime.byHour()),
        firstSeen,
        lastBeat,
        headSince,
        beats);
  }

  /**
   * @param claimed conflicts with claims of other peers
   * @param nowNanos monotonic
   */
  Node node(List<String> claimed, long nowNanos) {
    Twins.Twin twin = twins.now();
    List<String> conflicts = claimed;
    if (twin != null) {
      conflicts = new ArrayList<>(claimed);
      conflicts.add(0, twin.text());
    }
    return new Node(
        peerId,
        expected,
        standing,
        network == null ? null : network.name(),
        claims,
        conflicts,
        judgement.verdict(),
        judgement.lastState(),
        contact(),
        twin == null ? null : twin.since(),
        extras.aged(nowNanos),
        extras.findings());
  }
}
