package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.Comparison;
import fil.heartbeat.fleet.ConsensusRound;
import fil.heartbeat.fleet.FleetSettings;
import fil.heartbeat.fleet.Observation;
import fil.heartbeat.fleet.Standing;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is seen of a node at one moment. */
final class Observations {

  /** Whether a node's beats are overdue. */
  @FunctionalInterface
  interface Overdue {
    boolean isOverdue(PeerEntry entry, long nowNanos);
  }

  private final FleetSettings settings;
  private final Overdue overdue;
  private final Moment now;

  Observations(FleetSettings settings, Overdue overdue, Moment now) {
    this.settings = settings;
    this.overdue = overdue;
    this.now = now;
  }

  /** Finds out whether a node beats. */
  void hear(PeerEntry entry) {
    entry.overdue = entry.seen() && overdue.isOverdue(entry, now.nanos());
    entry.stopped = entry.stoppedSince(now) != null;
  }

  /** Whether a node may vote, before its height and miner address are checked. */
  static boolean mayVote(PeerEntry entry) {
    return entry.connected()
        && !entry.stopped
        && !entry.head.isEmpty()
        && entry.height > 0
        && entry.standing == Standing.VOTER
        && !entry.overdue;
  }

  /** Whether the head of a node is not stored. */
  static boolean isRefused(NetworkState network, PeerEntry entry) {
    return entry.height > 0
        && !entry.head.isEmpty()
        && !network.ledger.holds(entry.reports, entry.height);
  }

  /** Returns what is seen of a node that was heard. */
  Observation of(
      PeerEntry entry, boolean wrongNetwork, @Nullable Comparison comparison, Facts facts) {
    ConsensusRound round = facts.round();
    long height = entry.height;
    Long expected = facts.expected();
    NetworkState network = facts.network();
    Instant headSince = entry.headSince;
    return new Observation(
        new Observation.Beats(
            entry.seen(),
            entry.overdue,
            entry.lostSince(),
            entry.stopped ? entry.stoppedSince(now) : null,
            entry.lastBeat,
            entry.overdue ? entry.detector.meanMillis() : 0),
        new Observation.Head(
            wrongNetwork,
            entry.head.isEmpty(),
            expected == null || entry.head.isEmpty() ? 0 : height - expected - 1,
            entry.syncing,
            lag(entry, facts),
            network != null
                && headSince != null
                && network.standsStill(headSince, height, settings.behindLag(), now.at()),
            headSince),
        new Observation.Position(
            comparison == null ? Comparison.NOTHING : comparison,
            facts.comparable(),
            round != null && height < round.referenceHeight(),
            entry.votes));
  }

  /** Lag in epochs: behind the other nodes where they can be trusted, else behind the clock. */
  private @Nullable Long lag(PeerEntry entry, Facts facts) {
    long height = entry.height;
    NetworkState network = facts.network();
    if (network == null || entry.head.isEmpty() || height <= 0) {
      return null;
    }
    if (facts.comparable() && network.best() >= 0) {
      return Math.max(0, network.best() - height);
    }
    Instant arrived = entry.lastBeat;
    if (arrived == null) {
      return null;
    }
    Duration slack = settings.beatSlack().plusMillis((long) entry.detector.meanMillis());
    Long epoch = network.epochs().at(arrived.minus(slack));
    return epoch == null ? null : Long.valueOf(Math.max(0, epoch - height));
  }
}
