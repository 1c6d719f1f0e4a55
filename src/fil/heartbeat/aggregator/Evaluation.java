package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.Branches;
import fil.heartbeat.fleet.Comparison;
import fil.heartbeat.fleet.ConsensusRound;
import fil.heartbeat.fleet.Findings;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Judges every node of one network at one moment. */
final class Evaluation {

  /** Receives each node's new judgement. */
  @FunctionalInterface
  interface Judged {
    void judged(PeerEntry entry, Judgement next);
  }

  /** Beyond the epoch of any plausible clock. */
  static final long MAX_EPOCH = 1L << 40;

  private final AggregatorSettings settings;
  private final Judge judge;
  private final Membership membership;
  private final boolean warming;
  private final Moment now;
  private final Overdue overdue;

  /** What the clock of a network said before its trust changed in this evaluation. */
  private final Map<NetworkState, @Nullable Long> clocks = new HashMap<>(0);

  /** Whether a node's beats are overdue. */
  @FunctionalInterface
  interface Overdue {
    boolean isOverdue(PeerEntry entry, long nowNanos);
  }

  Evaluation(
      AggregatorSettings settings,
      Membership membership,
      boolean warming,
      Moment now,
      Overdue overdue) {
    this.settings = settings;
    this.judge = new Judge(settings.fleet());
    this.membership = membership;
    this.warming = warming;
    this.now = now;
    this.overdue = overdue;
  }

  /** Judges nodes that belong to no followed network. */
  void judgeStrays(Collection<PeerEntry> strays, Judged judged) {
    Facts facts = Facts.none(warming);
    for (PeerEntry entry : strays) {
      boolean unused = entry.expire(now.nanos());
      entry.extras.found(Findings.NONE);
      entry.votes = false;
      judge(entry, observation(entry, entry.seen(), null, facts), judged);
    }
  }

  /**
   * Lets the clock of a network go on in which nothing happened.
   *
   * @return false when its nodes must be judged together: something did happen, or time changed
   *     what all of them are measured against
   */
  boolean goesOn(NetworkState network, Collection<ReferenceNode> referenceNodes) {
    Facts facts = network.facts();
    NetworkReport report = network.report();
    if (facts == null
        || report == null
        || network.hasMoved()
        || warming
        || facts.warming()
        || !facts.comparable()
        || !facts.clock().isThatOf(network, now)
        || !facts.references().equals(speaking(network, referenceNodes))) {
      return false;
    }
    Long clock = network.epochs().at(now.at());
    network.epochs().take(network.best(), now);
    boolean same = facts.clock().isThatOf(network, now);
    if (!same) {
      clocks.put(network, clock);
    }
    Duration ahead = network.epochs().wrongBy(facts.clock().most(), now);
    return same && Objects.equals(ahead, report.clock().ahead());
  }

  /** Returns the time of this evaluation; monotonic. */
  long nanos() {
    return now.nanos();
  }

  /** Whether an entry's vote and judgement stay as they are. */
  boolean stays(PeerEntry entry) {
    NetworkState network = entry.network;
    Facts facts = network == null ? Facts.none(warming) : network.facts();
    if (facts == null) {
      return false;
    }
    ConsensusRound round = facts.round();
    Observation seen =
        observation(
            entry,
            network == null && entry.seen(),
            round == null ? null : round.compare(entry.reports),
            facts);
    return (network == null || mayVote(entry) == entry.mayVote)
        && judge.next(entry.judgement, seen, warming, now.at()).equals(entry.judgement);
  }

  /** Whether the optional members of an entry are still compared, or still not. */
  boolean staysCompared(PeerEntry entry, NetworkState network) {
    NetworkReport report = network.report();
    return report == null
        || extended().isComparable(entry, report.heights().expected()) == entry.compared;
  }

  private List<ReferenceNode> speaking(
      NetworkState network, Collection<ReferenceNode> referenceNodes) {
    return referenceNodes.stream().filter(each -> each.speaksOf(network, now)).toList();
  }

  /** Judges the nodes of a network. */
  NetworkReport judge(
      NetworkState network,
      List<PeerEntry> members,
      Collection<ReferenceNode> referenceNodes,
      Judged judged) {
    List<PeerEntry> mayVote = mayVote(members);
    List<PeerEntry> candidates = votes(mayVote);
    Long clock = clocks.containsKey(network) ? clocks.get(network) : network.epochs().at(now.at());
    Long expected = clock;
    Duration doubted = network.epochs().doubted();
    boolean suspected =
        expected != null
            && candidates.size() >= FleetSettings.MIN_VOTERS
            && ClaimedHeights.mostAhead(candidates, expected + 1);
    if (suspected || expected == null) {
      long median = ClaimedHeights.median(candidates);
      if (expected == null) {
        startOver(network, candidates, referenceNodes, median);
      }
      expected = suspected ? Long.valueOf(median) : expected;
    }
    long ceiling = expected == null ? Long.MAX_VALUE : expected + 1;
    takeAgain(network, members, ceiling);
    // Chosen again: a node ahead of the ceiling has no vote, and does not take the vote of another
    // node with its miner address.
    List<PeerEntry> voters =
        votes(mayVote.stream().filter(entry -> ClaimedHeights.of(entry) <= ceiling).toList());
    voters.forEach(entry -> entry.votes = true);
    List<ReferenceNode> speaking = speaking(network, referenceNodes);
    List<NodeHeads> references = new ArrayList<>();
    long finalized = -1;
    for (ReferenceNode reference : speaking) {
      references.add(reference.heads);
      references.add(reference.finals);
      finalized = Math.max(finalized, reference.finalized());
    }
    ConsensusRound round =
        new ConsensusRound(
            network.ledger,
            voters.stream().map(entry -> entry.reports).toList(),
            references,
            finalized,
            settings.fleet().forkAfter());
    network.best(round.bestHeight(), now.at());
    network.epochs().take(network.best(), now);
    Long byWall = network.epochs().byWall(now.at());
    boolean behind = byWall != null && ClaimedHeights.mostAhead(candidates, byWall + 1);
    Long most =
        behind ? Long.valueOf(Math.min(ClaimedHeights.lowerMedian(candidates), MAX_EPOCH)) : null;
    Duration clockAhead = network.epochs().wrongBy(most, now);
    Facts facts =
        new Facts(
            network,
            round,
            voters.size(),
            expected,
            voters.size() >= FleetSettings.MIN_VOTERS || !references.isEmpty(),
            warming,
            new Facts.Clock(clock, byWall, doubted, most),
            speaking);
    network.judged(facts);
    Branches branches = new Branches(round, network.ledger);
    int agree = 0;
    int dispute = 0;
    for (PeerEntry entry : members) {
      Comparison comparison = round.compare(entry.reports);
      judge(entry, observation(entry, false, comparison, facts), judged);
      // Strangers are compared and shown too, but are left out of the fleet's report.
      if (entry.standing.isMonitored()
          && entry.judgement.verdict().liveness() == Liveness.BEATING) {
        branches.add(
            entry.peerId, entry.reports, comparison, entry.judgement.partedAt(), entry.votes);
        agree += comparison.kind() == Comparison.Kind.AGREES ? 1 : 0;
        dispute += round.isFork(comparison) ? 1 : 0;
      }
    }
    return report(
        network, round, facts, branches, agree, dispute, clockAhead, !references.isEmpty());
  }

  /** Returns what compares the optional members of nodes at this moment. */
  ExtendedEvaluation extended() {
    return new ExtendedEvaluation(membership, now);
  }

  private void judge(PeerEntry entry, Observation seen, Judged judged) {
    Judgement next = judge.next(entry.judgement, seen, warming, now.at());
    if (!next.equals(entry.judgement)) {
      judged.judged(entry, next);
    }
  }

  /** The candidates for a vote, before height and miner address are checked. */
  private List<PeerEntry> mayVote(List<PeerEntry> members) {
    List<PeerEntry> all = new ArrayList<>(members.size());
    for (PeerEntry entry : members) {
      entry.votes = false;
      entry.mayVote = mayVote(entry);
      if (entry.mayVote) {
        all.add(entry);
      }
    }
    return all;
  }

  private boolean mayVote(PeerEntry entry) {
    return entry.connected()
        && entry.stoppedSince(now) == null
        && !entry.head.isEmpty()
        && ClaimedHeights.of(entry) > 0
        && entry.standing == Standing.VOTER
        && !overdue.isOverdue(entry, now.nanos());
  }

  /**
   * The candidates that vote. Every node of a fleet that the config names does: a provider's nodes
   * fail one by one although they claim the same miner. In an open fleet it is one for each miner
   * address, the longest known first.
   */
  private List<PeerEntry> votes(List<PeerEntry> entries) {
    if (!membership.isOpen()) {
      return entries;
    }
    Set<String> miners = new HashSet<>();
    return entries.stream()
        .filter(
            entry -> {
              String miner = entry.claims.minerAddress();
              return miner == null || miners.add(miner);
            })
        .toList();
  }

  /**
   * Restarts the ledger at another height when the best one is implausible. Without a known clock
   * the best height is that of the first node, which may have lied; and after a time without beats
   * it is far below that of most nodes. A reference that is near the best height prevents the
   * second: a majority of voters cannot move the ledger away from it.
   */
  private void startOver(
      NetworkState network,
      List<PeerEntry> candidates,
      Collection<ReferenceNode> referenceNodes,
      long median) {
    long far = network.best() + Ledger.EPOCHS;
    if (median >= 0 && median < network.ledger.floor()) {
      network.startOver(median);
    } else if (network.best() >= 0
        && ClaimedHeights.mostAhead(candidates, far)
        && referenceNodes.stream()
            .noneMatch(each -> each.speaksOf(network, now) && each.height() <= far)) {
      network.startOver(ClaimedHeights.lowerMedian(candidates));
    }
  }

  /**
   * Records heads that were refused before: one above the ceiling may be below it by now, and a
   * stranger's may be at a height that a voter has reached.
   */
  private void takeAgain(NetworkState network, List<PeerEntry> members, long ceiling) {
    for (PeerEntry entry : members) {
      long height = ClaimedHeights.of(entry);
      if (height > 0 && !entry.head.isEmpty() && !network.ledger.holds(entry.reports, height)) {
        network.head(entry.reports, height, entry.head, ceiling, now);
      }
    }
  }

  private Observation observation(
      PeerEntry entry, boolean wrongNetwork, @Nullable Comparison comparison, Facts facts) {
    ConsensusRound round = facts.round();
    long height = ClaimedHeights.of(entry);
    Long expected = facts.expected();
    NetworkState network = facts.network();
    Instant headSince = entry.headSince;
    return new Observation(
        new Observation.Beats(
            entry.seen(),
            entry.seen() && overdue.isOverdue(entry, now.nanos()),
            entry.lostSince(),
            entry.stoppedSince(now),
            entry.lastBeat,
            entry.detector.meanMillis()),
        new Observation.Head(
            wrongNetwork,
            entry.head.isEmpty(),
            expected == null || entry.head.isEmpty() ? 0 : height - expected - 1,
            Boolean.TRUE.equals(entry.claims.syncing()),
            lag(entry, facts),
            network != null
                && headSince != null
                && network.standsStill(headSince, height, settings.fleet().behindLag(), now.at()),
            headSince),
        new Observation.Position(
            comparison == null ? Comparison.NOTHING : comparison,
            facts.comparable(),
            round != null && height < round.referenceHeight(),
            entry.votes));
  }

  /** Lag in epochs: behind the other nodes where they can be trusted, else behind the clock. */
  private @Nullable Long lag(PeerEntry entry, Facts facts) {
    long height = ClaimedHeights.of(entry);
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
    Duration slack = settings.fleet().beatSlack().plusMillis((long) entry.detector.meanMillis());
    Long epoch = network.epochs().at(arrived.minus(slack));
    return epoch == null ? null : Long.valueOf(Math.max(0, epoch - height));
  }

  private NetworkReport report(
      NetworkState network,
      ConsensusRound round,
      Facts facts,
      Branches branches,
      int agree,
      int dispute,
      @Nullable Duration clockAhead,
      boolean references) {
    Long best = network.best() < 0 ? null : Long.valueOf(network.best());
    Long expected = network.epochs().at(now.at());
    return new NetworkReport(
        network.genesis,
        network.name(),
        new NetworkReport.Heights(
            expected,
            round.referenceHeight() < 0 ? null : Long.valueOf(round.referenceHeight()),
            best,
            best == null || expected == null ? null : Long.valueOf(Math.max(0, expected - best))),
        new NetworkReport.Votes(
            facts.voters(),
            agree,
            dispute,
            new NetworkReport.Basis(membership.voters(), references)),
        branches.list(),
        round.isFleetForked(settings.fleet().fleetForkedAfter()),
        new NetworkReport.Clock(
            clockAhead,
            best == null ? null : network.epochs().startOf(Math.min(best, MAX_EPOCH)),
            expected == null ? null : network.epochs().startOf(expected + 1)));
  }
}
