package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.Extended;
import fil.heartbeat.fleet.ExtendedRound;
import fil.heartbeat.fleet.Finality;
import fil.heartbeat.fleet.Findings;
import fil.heartbeat.fleet.FleetSettings;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.fleet.NetworkReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Compares what the nodes of a network say beside their heads, at one moment. */
final class ExtendedEvaluation {

  /** How long a peer of an open fleet beats before its optional members are compared. */
  private static final Duration ACQUAINTED = Duration.ofMinutes(5);

  private final Membership membership;
  private final Moment now;

  ExtendedEvaluation(Membership membership, Moment now) {
    this.membership = membership;
    this.now = now;
  }

  /**
   * Compares the optional members of a network's nodes.
   *
   * @param report of this evaluation
   * @param changed called for each node whose optional members changed, or their comparison
   * @return the report with the result
   */
  NetworkReport extended(
      NetworkState network,
      List<PeerEntry> members,
      Collection<ReferenceNode> referenceNodes,
      NetworkReport report,
      Consumer<PeerEntry> changed) {
    long millis = now.nanos() / 1_000_000;
    long referenceFinalized = -1;
    for (ReferenceNode reference : referenceNodes) {
      if (reference.speaksOf(network, now) && !reference.finalizedKey().isEmpty()) {
        referenceFinalized = Math.max(referenceFinalized, reference.finalized());
        network.finalized.finalized(
            reference.name(), reference.finalized(), reference.finalizedKey(), millis);
      }
    }
    List<Extended> comparable = new ArrayList<>();
    List<PeerEntry> reporting = new ArrayList<>();
    int silent = 0;
    for (PeerEntry entry : members) {
      boolean unused = entry.expire(now.nanos());
      entry.compared = isComparable(entry, report.heights().expected());
      if (entry.extras.isNone()) {
        silent += entry.compared ? 1 : 0;
        found(entry, Findings.NONE, changed);
        continue;
      }
      reporting.add(entry);
      if (entry.compared) {
        Extended extended =
            entry.extras.extended(entry.peerId, entry.seenMillis(now), head(entry), now.nanos());
        comparable.add(extended);
        Long last = extended.finalized();
        if (last != null) {
          network.finalized.finalized(entry.peerId, last, entry.extras.finalized(), millis);
        }
      }
    }
    network.compared(comparable.size() + silent);
    Long epoch = report.heights().expected();
    network.named.take(comparable, epoch, millis);
    ExtendedRound round =
        new ExtendedRound(
            comparable,
            silent,
            network.named.remembered(),
            referenceFinalized,
            epoch,
            at -> at > Evaluation.MAX_EPOCH ? null : network.epochs().startOf(at));
    Iterator<Extended> next = comparable.iterator();
    for (PeerEntry entry : reporting) {
      found(entry, entry.compared ? round.findings(next.next()) : alone(entry), changed);
    }
    // One that nobody named must not make a network final for good that has no fast finality.
    int witnesses = membership.isOpen() ? FleetSettings.MIN_VOTERS : 1;
    Finality finality =
        round.finality(network.wasFinal(), witnesses, network.finalized.conflict(millis));
    if (finality.wasNormal()) {
      network.finalizes();
    }
    return report.with(new NetworkReport.Extension(finality, round.upgrades(), round.releases()));
  }

  private static void found(PeerEntry entry, Findings next, Consumer<PeerEntry> changed) {
    entry.extras.found(next);
    if (entry.extras.takeChanged()) {
      changed.accept(entry);
    }
  }

  /** Returns what the members say without those of others. */
  private Findings alone(PeerEntry entry) {
    Long lag = entry.extras.extended(entry.peerId, 0, head(entry), now.nanos()).finalityLag();
    return new Findings(lag, null, null, Findings.Compared.NO);
  }

  private static @Nullable Long head(PeerEntry entry) {
    return entry.head.isEmpty() ? null : entry.claims.height();
  }

  /**
   * Whether the optional members of a peer are compared with those of others: of the fleet, and in
   * an open fleet only of one that has been here for a while, at a height that can be.
   */
  boolean isComparable(PeerEntry entry, @Nullable Long expected) {
    return entry.standing.decides()
        && entry.judgement.verdict().liveness() == Liveness.BEATING
        && (expected == null || entry.height <= expected + 1)
        && isKnown(entry, membership);
  }

  /** Whether a peer is of a fleet that the config names, or has been here for a while. */
  static boolean isKnown(PeerEntry entry, Membership membership) {
    if (!entry.acquainted) {
      Instant first = entry.firstSeen;
      Instant last = entry.lastBeat;
      entry.acquainted = first != null && last != null && isLongBefore(first, last);
    }
    return entry.acquainted || !membership.isOpen();
  }

  /** Computed without objects: it runs for each node of a network in one go. */
  private static boolean isLongBefore(Instant first, Instant last) {
    long seconds = last.getEpochSecond() - first.getEpochSecond() - ACQUAINTED.toSeconds();
    return seconds > 0 || (seconds == 0 && last.getNano() >= first.getNano());
  }
}
