package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.FleetSettings;
import fil.heartbeat.fleet.Judgement;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.fleet.LocalHealth;
import fil.heartbeat.fleet.State;
import fil.heartbeat.history.StateChange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses whom to judge in a second: all nodes of a network in which something happened, and
 * elsewhere those of which a deadline has passed. Nothing else can change a judgement, so the
 * result is that of judging everybody each second.
 */
final class Evaluator {
  private static final long FAR_NANOS = Duration.ofDays(1).toNanos();

  /** Longer than any waiting time, and no overflow as nanoseconds. */
  private static final long FAR_SECONDS = Duration.ofDays(3650).toSeconds();

  /** The wall clock may move by this much against the monotonic one without notice. */
  private static final Duration FOLLOWED = Duration.ofMillis(100);

  private final AggregatorSettings settings;
  private final PeerTable peers;
  private final Networks networks;
  private final ReferenceNodes references;
  private final ClaimConflicts conflicts;
  private final SlotRows rows;
  private final LocalHealth health;
  private final DueWheel due;
  private Duration offsetOfDeadlines = Duration.ZERO;

  Evaluator(
      AggregatorSettings settings,
      PeerTable peers,
      Networks networks,
      ReferenceNodes references,
      ClaimConflicts conflicts,
      SlotRows rows,
      LocalHealth health,
      Moment now) {
    this.settings = settings;
    this.peers = peers;
    this.networks = networks;
    this.references = references;
    this.conflicts = conflicts;
    this.rows = rows;
    this.health = health;
    this.due = new DueWheel(now.nanos());
  }

  /** Something happened to a peer that may change its vote or its judgement. */
  void moved(PeerEntry entry) {
    entry.hurried = true;
    networks.moved(entry);
  }

  /** A beat is about to be taken: it may bring back a node that was late, lost or stopped. */
  void beats(PeerEntry entry, boolean stopping) {
    if (stopping
        || entry.farewell.isBegun()
        || entry.judgement.verdict().liveness() != Liveness.BEATING) {
      networks.moved(entry);
    }
  }

  /** A beat was taken. */
  void beaten(PeerEntry entry, Membership membership) {
    // Usually later than before; earlier when its rhythm became known.
    due.file(entry, entry.nextNanos());
    NetworkState network = entry.network;
    if (!entry.compared
        && network != null
        && entry.standing.decides()
        && ExtendedEvaluation.isKnown(entry, membership)) {
      network.extendedMoved();
    }
  }

  /** Judges whom it must. Must be called each second. */
  void judge(Membership membership, boolean warming, Moment now) {
    Evaluation evaluation =
        new Evaluation(
            settings, membership, warming, now, (entry, nanos) -> entry.isOverdue(nanos, health));
    Duration offset = Duration.between(Instant.EPOCH, now.at()).minusNanos(now.nanos());
    if (offset.minus(offsetOfDeadlines).abs().compareTo(FOLLOWED) > 0) {
      // The clock was set by less than counts as a step: deadlines by it are not where they were.
      networks.allMoved();
      offsetOfDeadlines = offset;
    }
    List<PeerEntry> looked = due.take(now.nanos());
    networks.judge(
        peers.all(),
        looked,
        references.all(),
        evaluation,
        (entry, next) -> judged(entry, next, now.at()),
        entry -> file(entry, now));
    looked.forEach(entry -> file(entry, now));
  }

  private void file(PeerEntry entry, Moment now) {
    if (entry.forgotten) {
      return;
    }
    entry.decidedNanos = decided(entry, now);
    if (entry.hurried || !entry.filed || entry.decidedNanos - entry.dueNanos < 0) {
      entry.hurried = false;
      due.file(entry, entry.nextNanos());
    }
  }

  /** Returns when an entry that was judged must be judged again although nothing happens. */
  private long decided(PeerEntry entry, Moment now) {
    long due = now.nanos() + FAR_NANOS;
    if (!entry.seen()) {
      return due;
    }
    FleetSettings fleet = settings.fleet();
    Judgement last = entry.judgement;
    NetworkState of = entry.network;
    if (!entry.connected()) {
      due = earlier(due, entry.disconnectedSince, fleet.disconnectedAfter(), now);
    }
    due = earlier(due, last.slowSince(), fleet.lagHold(), now);
    due = earlier(due, last.behindSince(), fleet.lagHold(), now);
    due = earlier(due, last.aheadSince(), fleet.lagHold(), now);
    if (of != null && entry.height < of.best()) {
      due = earlier(due, entry.headSince, of.standsStillAfter(fleet.behindLag()), now);
    }
    return entry.farewell.isPending() ? now.nanos() : due;
  }

  /** Computed without objects: it runs for each node of a network in one go. */
  private static long earlier(long due, @Nullable Instant since, Duration lasts, Moment now) {
    if (since == null) {
      return due;
    }
    Instant at = now.at();
    long seconds = at.getEpochSecond() - since.getEpochSecond();
    long ago =
        Math.max(-FAR_SECONDS, Math.min(seconds, FAR_SECONDS)) * 1_000_000_000L
            + at.getNano()
            - since.getNano();
    long left = lasts.toNanos() - ago;
    return left <= 0 ? due : Math.min(due, now.nanos() + left);
  }

  private void judged(PeerEntry entry, Judgement next, Instant now) {
    var before = entry.judgement.verdict();
    State was = entry.judgement.lastState();
    var after = next.verdict();
    var past = entry.judgement.past();
    entry.judgement = next;
    if (!before.equals(after)) {
      peers.changed(entry);
    }
    if (before.liveness() != after.liveness()
        || before.chain() != after.chain()
        || after.chain() == ChainState.FORKED
        || past != null
        || next.past() != null) {
      // Another look follows: what a judgement remembers may change once more.
      networks.moved(entry);
    }
    if (before.state() != after.state() && entry.seen()) {
      entry.unsaved = true;
      rows.unsaved(entry);
      // The same state before and after a restart is no change.
      if (was != next.lastState()) {
        rows.changed(entry, new StateChange(entry.peerId, now, was, after.state(), after.reason()));
      }
    }
    if (!after.liveness().isHeard()) {
      conflicts.leave(entry);
    }
  }
}
