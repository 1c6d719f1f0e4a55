package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.Branches;
import fil.heartbeat.fleet.Comparison;
import fil.heartbeat.fleet.ConsensusRound;
import fil.heartbeat.fleet.FleetSettings;
import fil.heartbeat.fleet.Judge;
import fil.heartbeat.fleet.Judgement;
import fil.heartbeat.fleet.Ledger;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.NodeHeads;
import fil.heartbeat.fleet.Observation;
import fil.heartbeat.fleet.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Judges every node of one network at one moment. */
final class Evaluation {

  /** Hears of each node's new judgement. */
  @FunctionalInterface
  interface Sink {
    void judged(PeerEntry slot, Judgement next);
  }

  /** Further than any clock can tell. */
  private static final long MAX_EPOCH = 1L << 40;

  private final AggregatorSettings settings;
  private final Judge judge;
  private final Membership membership;
  private final boolean warming;
  private final Moment now;
  private final Silence silence;

  /** Whether a node's beats are overdue. */
  @FunctionalInterface
  interface Silence {
    boolean isOverdue(PeerEntry slot, long nowNanos);
  }

  Evaluation(
      AggregatorSettings settings,
      Membership membership,
      boolean warming,
      Moment now,
      Silence silence) {
    this.settings = settings;
    this.judge = new Judge(settings.fleet());
    this.membership = membership;
    this.warming = warming;
    this.now = now;
    this.silence = silence;
  }

  /** Judges nodes that belong to no network under watch. */
  void judgeStrays(Collection<PeerEntry> strays, Sink sink) {
    for (PeerEntry slot : strays) {
      judge(slot, observation(slot, slot.seen(), null, Facts.NONE), sink);
    }
  }

  /** Judges the nodes of a network. */
  NetworkReport judge(
      NetworkState watch, List<PeerEntry> members, Collection<ReferenceNode> witnesses, Sink sink) {
    List<PeerEntry> mayVote = mayVote(members);
    List<PeerEntry> candidates = votes(mayVote);
    Long expected = watch.epochs().at(now.at());
    boolean suspected =
        expected != null
            && candidates.size() >= FleetSettings.MIN_VOTERS
            && mostAhead(candidates, expected + 1);
    if (suspected || expected == null) {
      long median = medianHeight(candidates);
      if (expected == null) {
        startOver(watch, candidates, witnesses, median);
      }
      expected = suspected ? Long.valueOf(median) : expected;
    }
    long ceiling = expected == null ? Long.MAX_VALUE : expected + 1;
    takeAgain(watch, members, ceiling);
    // Chosen anew: who is ahead has no vote, and takes none from another of its miner address.
    List<PeerEntry> voters =
        votes(mayVote.stream().filter(slot -> height(slot) <= ceiling).toList());
    List<NodeHeads> references = new ArrayList<>();
    long finalized = -1;
    for (ReferenceNode witness : witnesses) {
      if (witness.speaksOf(watch, now)) {
        references.add(witness.heads);
        references.add(witness.finals);
        finalized = Math.max(finalized, witness.finalized());
      }
    }
    ConsensusRound round =
        new ConsensusRound(
            watch.ledger,
            voters.stream().map(slot -> slot.reports).toList(),
            references,
            finalized,
            settings.fleet().forkAfter());
    watch.best(round.bestHeight(), now.at());
    watch.epochs().take(watch.best(), now);
    Long byWall = watch.epochs().byWall(now.at());
    boolean behind = byWall != null && mostAhead(candidates, byWall + 1);
    Duration clockAhead =
        watch
            .epochs()
            .wrongBy(
                behind ? Long.valueOf(Math.min(lowerMedian(candidates), MAX_EPOCH)) : null, now);
    Facts facts =
        new Facts(
            watch,
            round,
            new HashSet<>(voters),
            expected,
            voters.size() >= FleetSettings.MIN_VOTERS || !references.isEmpty());
    Branches sides = new Branches(round, watch.ledger);
    int agree = 0;
    int dispute = 0;
    for (PeerEntry slot : members) {
      Comparison comparison = round.compare(slot.reports);
      judge(slot, observation(slot, false, comparison, facts), sink);
      // Strangers are compared too, and shown, but are no part of what the fleet is said to be.
      if (slot.standing.isMonitored() && slot.judgement.verdict().liveness() == Liveness.BEATING) {
        boolean votes = facts.voters.contains(slot);
        sides.add(slot.peerId, slot.reports, comparison, slot.judgement.partedAt(), votes);
        agree += comparison.kind() == Comparison.Kind.AGREES ? 1 : 0;
        dispute += round.isFork(comparison) ? 1 : 0;
      }
    }
    return report(watch, round, facts, sides, agree, dispute, clockAhead, !references.isEmpty());
  }

  /** What all nodes of a network are measured by. */
  private record Facts(
      @Nullable NetworkState watch,
      @Nullable ConsensusRound round,
      Set<PeerEntry> voters,
      @Nullable Long expected,
      boolean comparable) {
    private static final Facts NONE = new Facts(null, null, Set.of(), null, false);
  }

  private void judge(PeerEntry slot, Observation seen, Sink sink) {
    Judgement next = judge.next(slot.judgement, seen, warming, now.at());
    if (!next.equals(slot.judgement)) {
      sink.judged(slot, next);
    }
  }

  /** Who may vote, but for the height and the miner address. */
  private List<PeerEntry> mayVote(List<PeerEntry> members) {
    return members.stream()
        .filter(
            slot ->
                slot.connected()
                    && slot.stoppedSince(now) == null
                    && !slot.head.isEmpty()
                    && height(slot) > 0
                    && slot.standing == Standing.VOTER
                    && !silence.isOverdue(slot, now.nanos()))
        .toList();
  }

  /**
   * Who of them votes. Each node that is named does: a provider's nodes fail one by one, though
   * they claim one miner. Where nobody is named it is one for each miner address, the longest known
   * first.
   */
  private List<PeerEntry> votes(List<PeerEntry> slots) {
    if (!membership.isOpen()) {
      return slots;
    }
    Set<String> miners = new HashSet<>();
    return slots.stream()
        .filter(
            slot -> {
              String miner = slot.claims.minerAddress();
              return miner == null || miners.add(miner);
            })
        .toList();
  }

  /**
   * Without a clock the best height is that of who spoke first, which may have been a lie; and
   * after a time in which nothing was heard it is far below that of most. References are where they
   * are: a crowd that votes leads nobody away from them.
   */
  private void startOver(
      NetworkState watch,
      List<PeerEntry> candidates,
      Collection<ReferenceNode> witnesses,
      long median) {
    long far = watch.best() + Ledger.EPOCHS;
    if (median >= 0 && median < watch.ledger.floor()) {
      watch.startOver(median);
    } else if (watch.best() >= 0
        && mostAhead(candidates, far)
        && witnesses.stream()
            .noneMatch(each -> each.speaksOf(watch, now) && each.height() <= far)) {
      watch.startOver(lowerMedian(candidates));
    }
  }

  /**
   * Heads that were above the ceiling when they came may be below it by now, and strangers' heads
   * may be at a height that a voter has reached.
   */
  private void takeAgain(NetworkState watch, List<PeerEntry> members, long ceiling) {
    for (PeerEntry slot : members) {
      long height = height(slot);
      if (height > 0 && !slot.head.isEmpty() && !watch.ledger.holds(slot.reports, height)) {
        boolean unused = watch.head(slot.reports, height, slot.head, ceiling, now);
      }
    }
  }

  private static boolean mostAhead(List<PeerEntry> candidates, long ceiling) {
    long ahead = candidates.stream().filter(slot -> height(slot) > ceiling).count();
    return 2 * ahead > candidates.size();
  }

  private static long[] heights(List<PeerEntry> candidates) {
    return candidates.stream().mapToLong(Evaluation::height).sorted().toArray();
  }

  private static long medianHeight(List<PeerEntry> candidates) {
    long[] heights = heights(candidates);
    return heights.length == 0 ? -1 : heights[heights.length / 2];
  }

  /** Of two the one that says less. */
  private static long lowerMedian(List<PeerEntry> candidates) {
    long[] heights = heights(candidates);
    return heights.length == 0 ? -1 : heights[(heights.length - 1) / 2];
  }

  private static long height(PeerEntry slot) {
    Long height = slot.claims.height();
    return height == null ? -1 : height;
  }

  private Observation observation(
      PeerEntry slot, boolean wrongNetwork, @Nullable Comparison comparison, Facts facts) {
    ConsensusRound round = facts.round;
    long height = height(slot);
    Long expected = facts.expected;
    NetworkState watch = facts.watch;
    Instant headSince = slot.headSince;
    return new Observation(
        new Observation.Beats(
            slot.seen(),
            slot.seen() && silence.isOverdue(slot, now.nanos()),
            slot.lostSince(),
            slot.stoppedSince(now),
            slot.lastBeat,
            slot.detector.meanMillis()),
        new Observation.Head(
            wrongNetwork,
            slot.head.isEmpty(),
            expected == null || slot.head.isEmpty() ? 0 : height - expected - 1,
            Boolean.TRUE.equals(slot.claims.syncing()),
            lag(slot, facts),
            watch != null
                && headSince != null
                && watch.standsStill(headSince, height, settings.fleet().behindLag(), now.at()),
            headSince),
        new Observation.Standing(
            comparison == null ? Comparison.NOTHING : comparison,
            facts.comparable,
            round != null && height < round.referenceHeight(),
            facts.voters.contains(slot)));
  }

  /** Epochs late: behind the others where they can be trusted, else behind the clock. */
  private @Nullable Long lag(PeerEntry slot, Facts facts) {
    long height = height(slot);
    NetworkState watch = facts.watch;
    if (watch == null || slot.head.isEmpty() || height <= 0) {
      return null;
    }
    if (facts.comparable && watch.best() >= 0) {
      return Math.max(0, watch.best() - height);
    }
    Instant arrived = slot.lastBeat;
    if (arrived == null) {
      return null;
    }
    Duration slack = settings.fleet().beatSlack().plusMillis((long) slot.detector.meanMillis());
    Long epoch = watch.epochs().at(arrived.minus(slack));
    return epoch == null ? null : Long.valueOf(Math.max(0, epoch - height));
  }

  private NetworkReport report(
      NetworkState watch,
      ConsensusRound round,
      Facts facts,
      Branches sides,
      int agree,
      int dispute,
      @Nullable Duration clockAhead,
      boolean references) {
    Long best = watch.best() < 0 ? null : Long.valueOf(watch.best());
    Long expected = watch.epochs().at(now.at());
    return new NetworkReport(
        watch.genesis,
        watch.name(),
        new NetworkReport.Heights(
            expected,
            round.referenceHeight() < 0 ? null : Long.valueOf(round.referenceHeight()),
            best,
            best == null || expected == null ? null : Long.valueOf(Math.max(0, expected - best))),
        new NetworkReport.Votes(
            facts.voters.size(),
            agree,
            dispute,
            new NetworkReport.Basis(membership.voters(), references)),
        sides.list(),
        round.isFleetForked(settings.fleet().fleetForkedAfter()),
        new NetworkReport.Clock(
            clockAhead,
            best == null ? null : watch.epochs().startOf(Math.min(best, MAX_EPOCH)),
            expected == null ? null : watch.epochs().startOf(expected + 1)));
  }
}
