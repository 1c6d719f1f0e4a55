package fil.heartbeat.aggregator;

import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.fleet.FinalizedTipsets;
import fil.heartbeat.fleet.Ledger;
import fil.heartbeat.fleet.NamedUpgrades;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.NodeHeads;
import fil.heartbeat.fleet.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The state of one followed network: the reported heads and the last report. */
final class NetworkState {

  /**
   * Stored times at which the best height rose; a head that stands still is measured against three.
   */
  private static final int RISES = 8;

  private static final int RISES_TO_STALL = 3;

  /** What was finalized or named is forgotten in time, also where nothing happens. */
  private static final Duration COMPARED_EACH = Duration.ofSeconds(30);

  /**
   * How long at least from one comparison of the optional members of many nodes to the next: each
   * looks at all of them, and what it finds is of minutes.
   */
  private static final Duration MANY_COMPARED_EACH = Duration.ofSeconds(5);

  private static final int MANY = 1_000;

  /** Epochs that a head may be early: clocks differ. */
  private static final long TOLERATED_AHEAD = 1;

  final @Nullable String genesis;
  final Optional<Network> network;
  final Ledger ledger = new Ledger();
  final FinalizedTipsets finalized = new FinalizedTipsets();
  final Members members = new Members();
  final NamedUpgrades named = new NamedUpgrades();
  private final List<Instant> rises = new ArrayList<>();
  private long best = -1;
  private long highest = -1;
  private final EpochLine epochs;
  private @Nullable NetworkReport report;
  private @Nullable Facts facts;
  private boolean moved = true;

  /** Nodes to which something happened since its nodes were last judged. */
  private List<PeerEntry> movedNodes = new ArrayList<>();

  private boolean extendedMoved = true;
  private @Nullable Long comparedNanos;

  /** How many nodes were compared last: strangers hold up nothing. */
  private int comparable;

  /** Whether its finality was ever normal, before a restart too. */
  private boolean wasFinal;

  private boolean wasFinalUnsaved;

  NetworkState(@Nullable String genesis, Optional<Network> network) {
    this.genesis = genesis;
    this.network = network;
    this.epochs = new EpochLine(network.map(Network::clock));
  }

  @Nullable String name() {
    return network.map(Network::name).orElse(null);
  }

  /** Returns the highest plausible height by the clock; {@link Long#MAX_VALUE} without one. */
  long ceiling(Instant now) {
    Long epoch = epochs.at(now);
    return epoch == null ? Long.MAX_VALUE : epoch + TOLERATED_AHEAD;
  }

  /** Returns the epoch clock of this network. */
  EpochLine epochs() {
    return epochs;
  }

  /** The clock was set. */
  void stepped(Clocks.Step step) {
    rises.replaceAll(at -> at.plus(step.by()));
    epochs.stepped(step);
    named.save();
    moved();
    report = report == null ? null : report.moved(step.by());
  }

  int epochSeconds() {
    return network.map(Network::epochSeconds).orElse(Network.USUAL_EPOCH_SECONDS);
  }

  /**
   * Records a head if its height is plausible; otherwise the node's previous head stands.
   *
   * @param ceiling heights above it are in the future and are ignored
   * @return whether it was recorded
   */
  boolean head(NodeHeads by, long height, TipsetKey key, long ceiling, Moment now) {
    // After a time without beats the fleet is far from the best height, but not from the clock.
    boolean farAhead =
        best >= 0 && height > best + Ledger.EPOCHS && height <= ceiling - Ledger.EPOCHS;
    return !key.isEmpty()
        && height <= ceiling
        && !farAhead
        && ledger.report(by, height, key, now.nanos() / 1_000_000);
  }

  /** Records the head that a node claims. */
  void head(PeerEntry entry, long ceiling, Moment now) {
    entry.stored = entry.height > 0 && head(entry.reports, entry.height, entry.head, ceiling, now);
  }

  /** Withdraws all that a peer reported. */
  void forget(PeerEntry entry) {
    if (entry.mayVote || entry.votes) {
      // Another node with its miner address may vote now.
      moved();
    }
    entry.mayVote = false;
    entry.votes = false;
    entry.compared = false;
    entry.stored = false;
    members.remove(entry);
    if (members.isEmpty()) {
      moved();
    }
    ledger.forget(entry.reports);
    finalized.forget(entry.peerId);
  }

  /** Changes the standing of a peer. */
  void stand(PeerEntry entry, Standing standing) {
    ledger.stand(entry.reports, standing);
    if (!standing.isMonitored()) {
      finalized.forget(entry.peerId);
    }
  }

  /** Records the best height of an evaluation; -1 for none. */
  void best(long height, Instant now) {
    if (height < 0) {
      return;
    }
    if (highest >= 0 && height > highest) {
      rises.add(now);
      if (rises.size() > RISES) {
        rises.remove(0);
      }
    }
    highest = Math.max(highest, height);
    best = height;
    ledger.keepFrom(height - Ledger.EPOCHS + 1);
  }

  /** Starts again at another height: without a known clock, the first node may have lied. */
  void startOver(long height) {
    ledger.startOver(Math.max(0, height - Ledger.EPOCHS + 1));
    rises.clear();
    best = -1;
    highest = -1;
  }

  long best() {
    return best;
  }

  /**
   * Whether a head has not changed for this many epochs while the network's best height rose
   * repeatedly.
   */
  boolean standsStill(Instant headSince, long height, int epochs, Instant now) {
    return height < best
        && Duration.between(headSince, now).compareTo(standsStillAfter(epochs)) >= 0
        && rises.stream().filter(headSince::isBefore).count() >= RISES_TO_STALL;
  }

  /** Returns how long a head may stand still while the network goes on. */
  Duration standsStillAfter(int epochs) {
    return Duration.ofSeconds((long) epochs * epochSeconds());
  }

  /** Something happened that may concern each of its nodes. */
  void moved() {
    moved = true;
    extendedMoved = true;
  }

  /** Something happened to one of its nodes that may change a vote or a judgement. */
  void moved(PeerEntry entry) {
    if (!entry.moved) {
      entry.moved = true;
      movedNodes.add(entry);
    }
  }

  /** Whether either happened since its nodes were last judged. */
  boolean hasMoved() {
    return moved || !movedNodes.isEmpty();
  }

  /** Whether something happened that may concern each of its nodes. */
  boolean hasAllMoved() {
    return moved;
  }

  /** Takes the nodes to which something happened; what happens from now on is new. */
  void takeMoved(List<PeerEntry> into) {
    List<PeerEntry> taken = movedNodes;
    movedNodes = new ArrayList<>();
    for (PeerEntry entry : taken) {
      // It may have left meanwhile, or left and returned.
      if (entry.network == this && entry.moved && !entry.forgotten) {
        entry.moved = false;
        members.take(entry);
        into.add(entry);
      }
    }
  }

  /** Its nodes were judged against these; what happens from now on is new. */
  void judged(Facts against) {
    takeMoved(new ArrayList<>());
    judgedSome(against);
    moved = false;
    extendedMoved = true;
  }

  /** So were some of them; nothing changed for the others. */
  void judgedSome(Facts against) {
    facts = against;
  }

  /** Returns what its nodes were last judged against; null before the first time. */
  @Nullable Facts facts() {
    return facts;
  }

  /** A node reports other optional members than before, or none any more. */
  void extendedMoved() {
    extendedMoved = true;
  }

  /** Whether the optional members are to be compared again. */
  boolean hasExtendedMoved(long nanos) {
    if (facts == null || comparedNanos == null) {
      return facts != null;
    }
    Duration each =
        !extendedMoved ? COMPARED_EACH : comparable > MANY ? MANY_COMPARED_EACH : Duration.ZERO;
    return nanos - comparedNanos >= each.toNanos();
  }

  /** Whether they are to be compared again; false from now until the next change. */
  boolean takeExtendedMoved(long nanos) {
    boolean was = hasExtendedMoved(nanos);
    if (was) {
      extendedMoved = false;
      comparedNanos = nanos;
    }
    return was;
  }

  /** So many nodes were compared. */
  void compared(int nodes) {
    comparable = nodes;
  }

  /** Whether its finality was ever normal. */
  boolean wasFinal() {
    return wasFinal;
  }

  /** Records that its finality is normal, or was. */
  void finalizes() {
    wasFinalUnsaved |= !wasFinal;
    wasFinal = true;
  }

  /** Whether {@link #wasFinal} is to be stored again; resets itself. */
  boolean takeWasFinalChanged() {
    boolean taken = wasFinalUnsaved;
    wasFinalUnsaved = false;
    return taken;
  }

  @Nullable NetworkReport report() {
    return report;
  }

  void report(NetworkReport told) {
    report = told;
  }

  /** No node is on this network now. */
  void empty() {
    report = null;
    facts = null;
    takeMoved(new ArrayList<>());
    members.clear();
    ledger.stopCounting();
    moved = false;
    extendedMoved = false;
  }

  /** Whether no node was on this network when it was last looked at, and none came since. */
  boolean isIdle() {
    return facts == null && !hasMoved();
  }
}
