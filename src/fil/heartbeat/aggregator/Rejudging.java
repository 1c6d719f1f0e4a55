package fil.heartbeat.aggregator;

import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.fleet.Branches;
import fil.heartbeat.fleet.Comparison;
import fil.heartbeat.fleet.ConsensusRound;
import fil.heartbeat.fleet.FleetSettings;
import fil.heartbeat.fleet.Judge;
import fil.heartbeat.fleet.Judgement;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.NodeHeads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Judges those nodes of one network again to which something happened, and those that it concerns:
 * the others are found by their height, since what a node is measured against changes for all nodes
 * of a height at once. The result is that of judging everybody.
 */
final class Rejudging {

  private record Found(PeerEntry entry, Seen seen, Judgement next) {}

  /**
   * The comparison of those that are on one head.
   *
   * @param lowest the lowest height that it looked at
   * @param refused whether the head is not stored
   */
  private record Seen(
      TipsetKey head, long height, Comparison comparison, long lowest, boolean refused) {

    // Most nodes that are on one head have the same object.
    @SuppressWarnings("ReferenceEquality")
    private boolean isOf(PeerEntry entry) {
      return entry.stored && head == entry.head && height == entry.height;
    }
  }

  private final AggregatorSettings settings;
  private final Judge judge;
  private final Membership membership;
  private final Observations observations;
  private final Moment now;

  private final ExtendedEvaluation extended;

  /** That of a head which no other head of a node has a part in. */
  private @Nullable Seen last;

  /** Those that are judged again. */
  private final List<PeerEntry> again = new ArrayList<>();

  Rejudging(
      AggregatorSettings settings,
      Judge judge,
      Membership membership,
      Observations observations,
      Moment now) {
    this.settings = settings;
    this.judge = judge;
    this.membership = membership;
    this.observations = observations;
    this.now = now;
    this.extended = new ExtendedEvaluation(membership, now);
  }

  /** What is asked of a network, and who takes the answer. */
  record Request(
      Collection<PeerEntry> all,
      List<ReferenceNode> speaking,
      Evaluation.Judged judged,
      Consumer<PeerEntry> after) {}

  /**
   * Judges nodes of a network.
   *
   * @return null when everybody must be judged: the clock or the references changed, most heads are
   *     in the future, or it is not clear which of several nodes with one miner address votes
   */
  @Nullable NetworkReport judge(NetworkState network, Request request) {
    Facts was = network.facts();
    NetworkReport last = network.report();
    Long expected = network.epochs().at(now.at());
    ConsensusRound before = was == null ? null : was.round();
    if (was == null
        || last == null
        || before == null
        || expected == null
        || network.hasAllMoved()
        || !network.ledger.isCounting()
        || !network.members.isSimple()
        || !goesOn(network, was, expected)
        || !was.references().equals(request.speaking)) {
      return null;
    }
    again.clear();
    network.takeMoved(again);
    network.members.takeEach(again);
    if (!vote(network, expected + 1)) {
      return null;
    }
    ConsensusRound round =
        new Evaluation.References(request.speaking)
            .round(network, () -> voters(network, request.all), settings.fleet().forkAfter());
    boolean comparable = round.voters() >= FleetSettings.MIN_VOTERS || !request.speaking.isEmpty();
    if (!comparable || round.bestHeight() < 0) {
      return null;
    }
    long best = network.best();
    network.best(round.bestHeight(), now.at());
    network.epochs().take(network.best(), now);
    Duration ahead = network.epochs().wrongBy(null, now);
    network.members.takeConcerned(before, round, best, network.best(), again);
    Facts facts =
        new Facts(
            network,
            round,
            round.voters(),
            expected,
            true,
            false,
            new Facts.Clock(expected, expected, Duration.ZERO, null),
            request.speaking);
    network.judgedSome(facts);
    if (!expected.equals(was.expected())) {
      network.extendedMoved();
    }
    NetworkReport report = judge(network, facts, round, request, ahead);
    round.count();
    round.note();
    return report.with(last.extended());
  }

  /** Whether the clock is trusted, and was, and did not go back. */
  private boolean goesOn(NetworkState network, Facts was, Long expected) {
    Facts.Clock clock = was.clock();
    Long at = clock.at();
    return was.comparable()
        && !was.warming()
        && clock.most() == null
        && clock.doubted().isZero()
        && network.epochs().doubted().isZero()
        && at != null
        && at.equals(was.expected())
        && at <= expected;
  }

  /** Finds out who votes now; returns false when that concerns others. */
  private boolean vote(NetworkState network, long ceiling) {
    boolean open = membership.isOpen();
    int ahead = 0;
    List<PeerEntry> refused = new ArrayList<>(0);
    for (PeerEntry entry : again) {
      observations.hear(entry);
      boolean may = Observations.mayVote(entry);
      boolean above = entry.height > ceiling;
      boolean shared = open && (entry.sharedMiners > 0 || !entry.claiming);
      if (shared && (may != entry.mayVote || (may && above))) {
        return false;
      }
      entry.mayVote = may;
      entry.votes = shared ? entry.votes : may && !above;
      network.ledger.vote(entry.reports, entry.votes);
      ahead += may && above ? 1 : 0;
      if (Observations.isRefused(network, entry)) {
        refused.add(entry);
      }
    }
    if (2 * ahead > network.ledger.voters() + ahead) {
      return false;
    }
    Members.sort(refused);
    for (PeerEntry entry : refused) {
      if (Observations.isRefused(network, entry)) {
        network.head(entry, ceiling, now);
      }
    }
    return network.ledger.isCounting();
  }

  private static List<NodeHeads> voters(NetworkState network, Collection<PeerEntry> all) {
    return all.stream()
        .filter(entry -> entry.votes && entry.network == network)
        .map(entry -> entry.reports)
        .toList();
  }

  private NetworkReport judge(
      NetworkState network,
      Facts facts,
      ConsensusRound round,
      Request request,
      @Nullable Duration ahead) {
    List<Found> ordered = new ArrayList<>();
    for (PeerEntry entry : again) {
      Seen seen = seen(network, round, entry);
      Judgement next =
          judge.next(
              entry.judgement,
              observations.of(entry, false, seen.comparison, facts),
              false,
              now.at());
      if (round.isFork(seen.comparison)
          || next.verdict().state() != entry.judgement.verdict().state()) {
        ordered.add(new Found(entry, seen, next));
      } else {
        judged(network, facts, entry, seen, next, request);
      }
    }
    ordered.sort((a, b) -> Long.compare(a.entry.order, b.entry.order));
    Branches branches = new Branches(round, network.ledger);
    int dispute = 0;
    for (Found found : ordered) {
      PeerEntry entry = found.entry;
      judged(network, facts, entry, found.seen, found.next, request);
      if (round.isFork(found.seen.comparison)
          && entry.standing.isMonitored()
          && entry.judgement.verdict().liveness() == Liveness.BEATING) {
        branches.add(
            entry.peerId,
            entry.reports,
            found.seen.comparison,
            entry.judgement.partedAt(),
            entry.votes);
        dispute++;
      }
    }
    Members members = network.members;
    branches.agree(
        members.firstAgreeing(network, request.all), members.agreeing(), members.votesAgreeing());
    return Evaluation.report(
        network, facts, branches, members.agreeing(), dispute, ahead, settings, membership, now);
  }

  /** Compares a node with the fleet; most are on the head of the one before. */
  private Seen seen(NetworkState network, ConsensusRound round, PeerEntry entry) {
    Seen known = last;
    if (known != null && known.isOf(entry)) {
      return known;
    }
    Comparison comparison = round.compare(entry.reports);
    boolean refused = Observations.isRefused(network, entry);
    Seen seen = new Seen(entry.head, entry.height, comparison, round.lowest(), refused);
    // Where one with more heads would have been compared no further down either.
    boolean ended = seen.lowest == entry.height && entry.reports.bottom() < entry.height;
    last = entry.stored && !refused && ended ? seen : last;
    return seen;
  }

  private void judged(
      NetworkState network,
      Facts facts,
      PeerEntry entry,
      Seen seen,
      Judgement next,
      Request request) {
    if (isOther(next, entry.judgement)) {
      request.judged.judged(entry, next);
    }
    request.after.accept(entry);
    Long expected = facts.expected();
    long ceiling = expected == null ? Long.MAX_VALUE : expected + 1;
    network.members.judged(entry, seen.comparison, seen.lowest, ceiling, seen.refused);
    // What its optional members are compared with depends on its head.
    if (!entry.extras.isNone() || extended.isComparable(entry, expected) != entry.compared) {
      network.extendedMoved();
    }
  }

  // The judge returns the same object when nothing changed.
  @SuppressWarnings("ReferenceEquality")
  private static boolean isOther(Judgement next, Judgement last) {
    return next != last;
  }
}
