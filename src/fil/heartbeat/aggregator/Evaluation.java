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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
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
  void judgeStrays(Collection<PeerEntry> strays, Judged judged, Consumer<PeerEntry> after) {
    Facts facts = Facts.none(warming);
    for (PeerEntry entry : strays) {
      boolean unused = entry.expire(now.nanos());
      entry.extras.found(Findings.NONE);
      entry.votes = false;
      hear(entry);
      judge(entry, observation(entry, entry.seen(), null, facts), judged);
      after.accept(entry);
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
    hear(entry);
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

  /**
   * Judges the nodes of a network.
   *
   * @param after called for each node that was judged
   */
  NetworkReport judge(
      NetworkState network,
      List<PeerEntry> members,
      Collection<ReferenceNode> referenceNodes,
      Judged judged,
      Consumer<PeerEntry> after) {
    Voters voters = new Voters(membership.isOpen(), members.size());
    boolean refused = false;
    for (PeerEntry entry : members) {
      hear(entry);
      entry.votes = false;
      entry.mayVote = mayVote(entry);
      if (entry.mayVote) {
        voters.add(entry);
      }
      refused |= isRefused(network, entry);
    }
    voters.choose();
    ClaimedHeights candidates = voters.heights();
    Long clock = clocks.containsKey(network) ? clocks.get(network) : network.epochs().at(now.at());
    Long expected = clock;
    Duration doubted = network.epochs().doubted();
    boolean suspected =
        expected != null
            && voters.count() >= FleetSettings.MIN_VOTERS
            && candidates.mostAhead(expected + 1);
    if (suspected || expected == null) {
      long median = candidates.median();
      if (expected == null) {
        refused |= startOver(network, candidates, referenceNodes, median);
      }
      expected = suspected ? Long.valueOf(median) : expected;
    }
    long ceiling = expected == null ? Long.MAX_VALUE : expected + 1;
    if (refused) {
      takeAgain(network, members, ceiling);
    }
    voters.upTo(ceiling);
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
            network.ledger, voters.reports(), references, finalized, settings.fleet().forkAfter());
    network.best(round.bestHeight(), now.at());
    network.epochs().take(network.best(), now);
    Long byWall = network.epochs().byWall(now.at());
    boolean behind = byWall != null && candidates.mostAhead(byWall + 1);
    Long most = behind ? Long.valueOf(Math.min(candidates.lowerMedian(), MAX_EPOCH)) : null;
    Duration clockAhead = network.epochs().wrongBy(most, now);
    Facts facts =
        new Facts(
            network,
            round,
            voters.count(),
            expected,
            voters.count() >= FleetSettings.MIN_VOTERS || !references.isEmpty(),
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
      after.accept(entry);
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

  /** Finds out whether a node beats. */
  private void hear(PeerEntry entry) {
    entry.overdue = entry.seen() && overdue.isOverdue(entry, now.nanos());
    entry.stopped = entry.stoppedSince(now) != null;
  }

  /** Whether a node may vote, before its height and miner address are checked. */
  private static boolean mayVote(PeerEntry entry) {
    return entry.connected()
        && !entry.stopped
        && !entry.head.isEmpty()
        && entry.height > 0
        && entry.standing == Standing.VOTER
        && !entry.overdue;
  }

  /**
   * Restarts the ledger at another height when the best one is implausible. Without a known clock
   * the best height is that of the first node, which may have lied; and after a time without beats
   * it is far below that of most nodes. A reference that is near the best height prevents the
   * second: a majority of voters cannot move the ledger away from it.
   *
   * @return whether it did
   */
  private boolean startOver(
      NetworkState network,
      ClaimedHeights candidates,
      Collection<ReferenceNode> referenceNodes,
      long median) {
    long far = network.best() + Ledger.EPOCHS;
    if (median >= 0 && median < network.ledger.floor()) {
      network.startOver(median);
      return true;
    }
    if (network.best() >= 0
        && candidates.mostAhead(far)
        && referenceNodes.stream()
            .noneMatch(each -> each.speaksOf(network, now) && each.height() <= far)) {
      network.startOver(candidates.lowerMedian());
      return true;
    }
    return false;
  }

  /**
   * Records heads that were refused before: one above the ceiling may be below it by now, and a
   * stranger's may be at a height that a voter has reached.
   */
  private void takeAgain(NetworkState network, List<PeerEntry> members, long ceiling) {
    for (PeerEntry entry : members) {
      if (isRefused(network, entry)) {
        network.head(entry.reports, entry.height, entry.head, ceiling, now);
      }
    }
  }

  private static boolean isRefused(NetworkState network, PeerEntry entry) {
    return entry.height > 0
        && !entry.head.isEmpty()
        && !network.ledger.holds(entry.reports, entry.height);
  }

  private Observation observation(
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
