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
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
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
  private final Observations observations;

  /** What the clock of a network said before its trust changed in this evaluation. */
  private final Map<NetworkState, @Nullable Long> clocks = new HashMap<>(0);

  Evaluation(
      AggregatorSettings settings,
      Membership membership,
      boolean warming,
      Moment now,
      Observations.Overdue overdue) {
    this.settings = settings;
    this.judge = new Judge(settings.fleet());
    this.membership = membership;
    this.warming = warming;
    this.now = now;
    this.observations = new Observations(settings.fleet(), overdue, now);
  }

  /** Judges nodes that belong to no followed network. */
  void judgeStrays(Collection<PeerEntry> strays, Judged judged, Consumer<PeerEntry> after) {
    Facts facts = Facts.none(warming);
    for (PeerEntry entry : strays) {
      boolean unused = entry.expire(now.nanos());
      entry.extras.found(Findings.NONE);
      entry.votes = false;
      observations.hear(entry);
      judge(entry, observations.of(entry, entry.seen(), null, facts), judged);
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
    observations.hear(entry);
    ConsensusRound round = facts.round();
    Observation seen =
        observations.of(
            entry,
            network == null && entry.seen(),
            round == null ? null : round.compare(entry.reports),
            facts);
    return (network == null || Observations.mayVote(entry) == entry.mayVote)
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
      observations.hear(entry);
      entry.agrees = false;
      entry.agreesVoting = false;
      entry.votes = false;
      entry.mayVote = Observations.mayVote(entry);
      if (entry.mayVote) {
        voters.add(entry);
      }
      refused |= Observations.isRefused(network, entry);
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
    ConsensusRound round =
        new References(speaking).round(network, voters.reports(), settings.fleet().forkAfter());
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
            voters.count() >= FleetSettings.MIN_VOTERS || !speaking.isEmpty(),
            warming,
            new Facts.Clock(clock, byWall, doubted, most),
            speaking);
    network.judged(facts);
    network.members.begin(voters.isSimple(ceiling));
    network.ledger.stopCounting();
    Branches branches = new Branches(round, network.ledger);
    int agree = 0;
    int dispute = 0;
    for (PeerEntry entry : members) {
      Comparison comparison = round.compare(entry.reports);
      long lowest = round.lowest();
      judge(entry, observations.of(entry, false, comparison, facts), judged);
      after.accept(entry);
      network.ledger.vote(entry.reports, entry.votes);
      boolean gone = Observations.isRefused(network, entry);
      entry.stored &= !gone;
      network.members.judged(entry, comparison, lowest, ceiling, gone);
      // Strangers are compared and shown too, but are left out of the fleet's report.
      if (entry.standing.isMonitored()
          && entry.judgement.verdict().liveness() == Liveness.BEATING) {
        branches.add(
            entry.peerId, entry.reports, comparison, entry.judgement.partedAt(), entry.votes);
        agree += comparison.kind() == Comparison.Kind.AGREES ? 1 : 0;
        dispute += round.isFork(comparison) ? 1 : 0;
      }
    }
    round.count();
    round.note();
    return report(network, facts, branches, agree, dispute, clockAhead, settings, membership, now);
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
      if (Observations.isRefused(network, entry)) {
        network.head(entry, ceiling, now);
      }
    }
  }

  /** The heads of references. */
  record References(List<ReferenceNode> speaking) {

    /** Counts the votes of all voters. */
    ConsensusRound round(NetworkState network, List<NodeHeads> voters, int forkAfter) {
      return new ConsensusRound(network.ledger, voters, heads(), finalized(), forkAfter);
    }

    /** Takes the votes as they were counted. */
    ConsensusRound round(NetworkState network, Supplier<List<NodeHeads>> voters, int forkAfter) {
      return new ConsensusRound(network.ledger, voters, heads(), finalized(), forkAfter);
    }

    private List<NodeHeads> heads() {
      return speaking.stream().flatMap(each -> Stream.of(each.heads, each.finals)).toList();
    }

    private long finalized() {
      return speaking.stream().mapToLong(ReferenceNode::finalized).max().orElse(-1);
    }
  }

  /**
   * Judges only the nodes of a network to which something happened, and those that it concerns.
   *
   * @param all the nodes of all networks
   * @return null when all of its nodes must be judged
   */
  @Nullable NetworkReport judgeMoved(
      NetworkState network,
      Collection<PeerEntry> all,
      Collection<ReferenceNode> referenceNodes,
      Judged judged,
      Consumer<PeerEntry> after) {
    return warming
        ? null
        : new Rejudging(settings, judge, membership, observations, now)
            .judge(
                network,
                new Rejudging.Request(all, speaking(network, referenceNodes), judged, after));
  }

  static NetworkReport report(
      NetworkState network,
      Facts facts,
      Branches branches,
      int agree,
      int dispute,
      @Nullable Duration clockAhead,
      AggregatorSettings settings,
      Membership membership,
      Moment now) {
    ConsensusRound round = Objects.requireNonNull(facts.round());
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
            new NetworkReport.Basis(membership.voters(), !facts.references().isEmpty())),
        branches.list(),
        round.isFleetForked(settings.fleet().fleetForkedAfter()),
        new NetworkReport.Clock(
            clockAhead,
            best == null ? null : network.epochs().startOf(Math.min(best, MAX_EPOCH)),
            expected == null ? null : network.epochs().startOf(expected + 1)));
  }
}
