package fil.heartbeat.aggregator;

import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.HealthSettings;
import fil.heartbeat.fleet.Judgement;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.fleet.LocalHealth;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.fleet.State;
import fil.heartbeat.history.ConnectionEvent;
import fil.heartbeat.history.History;
import fil.heartbeat.history.KnownNode;
import fil.heartbeat.history.RestoredState;
import fil.heartbeat.history.StateChange;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.wire.Heartbeat;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The last beat of every peer and what is thought of it: one entry a peer, so memory is O(peers).
 * One owner thread; time comes in with each call. The package says how it works.
 */
final class Registry {

  private final AggregatorSettings settings;
  private final History history;
  private final PeerTable roster;
  private final ClaimConflicts claimants;
  private final Networks watches;
  private final LocalHealth health;
  private final SlotRows rows;
  private final Presence presence;
  private final Witnesses witnesses;
  private final BeatAccount account = new BeatAccount();
  private final Warmth warmth;
  private Membership membership = Membership.OPEN;
  private boolean warming = true;

  Registry(AggregatorSettings settings, History history, Moment now) {
    this(settings, PeerTable.roomOfHeap(), history, now);
  }

  /**
   * @param room bytes that may be held of peers that are not expected
   */
  Registry(AggregatorSettings settings, long room, History history, Moment now) {
    this.settings = settings;
    this.history = history;
    this.rows = new SlotRows(history);
    this.warmth = new Warmth(settings.fleet().warming(), now.nanos());
    this.health = new LocalHealth(HealthSettings.DEFAULT, now.nanos(), now.at().toEpochMilli());
    this.watches = new Networks(settings.network());
    this.witnesses = new Witnesses(watches);
    this.roster = new PeerTable(settings.limits().maxNodes(), room, this::onForgotten);
    this.presence = new Presence(roster, rows);
    this.claimants = new ClaimConflicts(roster::changed);
  }

  /**
   * Takes what was known before the start, of members above all. To be called after the membership
   * is known and before anything else comes in.
   */
  void restore(RestoredState before, Moment now) {
    // In the order of the last beat, which is the order in which they make room.
    Comparator<KnownNode> order = Comparator.comparing(KnownNode::lastBeat);
    for (KnownNode known : before.nodes().stream().sorted(order).toList()) {
      PeerEntry slot = SlotRows.restored(known, settings.limits().beatBurst(), now);
      if (slot == null) {
        // Not what we wrote: a peer that is there will be seen again.
        continue;
      }
      stand(slot);
      slot.watch = watches.of(known.genesisCid(), slot.standing);
      slot.uptime.restore(before.uptime().getOrDefault(known.peerId(), Map.of()));
      roster.add(slot);
      warmth.knew(slot.judgement.lastState());
      if (slot.judgement.verdict().liveness().isHeard()) {
        claimants.join(slot);
      }
    }
  }

  /** Says who may speak and who is expected from now on. */
  void membership(Membership next, Moment now) {
    membership = next;
    claimants.names(next.names());
    for (PeerEntry slot : List.copyOf(roster.all())) {
      Expected as = next.expected().get(slot.peer);
      Standing standing = next.standing(slot.peer);
      // One before it may have needed its room.
      boolean known = roster.find(slot.peerId) == slot;
      if (known && (!Objects.equals(slot.expected, as) || slot.standing != standing)) {
        boolean claims = slot.claiming;
        claimants.leave(slot);
        roster.stand(slot, as, standing);
        if (as == null && !slot.seen()) {
          roster.forget(slot);
        } else if (claims) {
          claimants.join(slot);
        }
      }
    }
    for (PeerId peer : next.expected().keySet()) {
      if (roster.find(peer.toString()) == null) {
        PeerEntry slot = slot(peer, now);
        slot.judgement = Judgement.first(Liveness.MISSING, now.at());
        roster.add(slot);
      }
    }
  }

  private PeerEntry slot(PeerId peer, Moment now) {
    int burst = settings.limits().beatBurst();
    PeerEntry slot = new PeerEntry(peer, new BeatBudget(burst, now.nanos()), now);
    stand(slot);
    slot.connect(presence.of(peer));
    return slot;
  }

  /** Before it is in the table. */
  private void stand(PeerEntry slot) {
    slot.expected = membership.expected().get(slot.peer);
    slot.stand(membership.standing(slot.peer));
  }

  /** A stream of the peer opened that has not beaten. */
  void onArrive(PeerId peer, Moment now) {
    presence.arrived(peer, now);
  }

  /** Such a stream ended, or is about to beat. */
  void onDepart(PeerId peer) {
    presence.departed(peer);
  }

  /** A stream of the peer brings its first beat now. */
  void onOpen(PeerId peer, String address, Moment now) {
    presence.opened(peer, address, now);
  }

  /** All streams end from now on because we leave, which is no change of any node. */
  void leaving() {
    presence.leaving();
  }

  /** One of the peer's streams that had beaten ended; null when it did so in good order. */
  void onClose(PeerId peer, @Nullable String reason, Moment now) {
    presence.closed(peer, reason, now);
  }

  /** A connection of the peer ended in good order; the end of its streams may be heard later. */
  void onFarewell(PeerId peer, String address, Moment now) {
    presence.farewell(peer, address, now);
  }

  /** A well-formed beat arrived. */
  void onBeat(PeerId peer, Heartbeat beat, Moment now) {
    onBeat(peer, "", beat, now);
  }

  /** One that came from an address; empty when that is not known. */
  void onBeat(PeerId peer, String address, Heartbeat beat, Moment now) {
    PeerEntry slot = roster.heard(peer);
    if (!membership.test(peer)) {
      onDrop(BeatAccount.DROP_DENIED, 1);
      return;
    }
    if (slot != null && !slot.budget.take(settings.limits(), now.nanos())) {
      onDrop(BeatAccount.DROP_RATE, 1);
      return;
    }
    if (slot != null && slot.says(beat)) {
      account.accepted();
      beaten(slot, address, beat, now);
      return;
    }
    TipsetKey key;
    try {
      key = slot == null ? TipsetKey.parse(beat.head()) : slot.headOf(beat);
    } catch (IllegalArgumentException e) {
      onDrop(BeatAccount.DROP_HEAD, 1);
      return;
    }
    account.accepted();
    if (slot == null) {
      slot = slot(peer, now);
      boolean unused = slot.budget.take(settings.limits(), now.nanos());
      roster.add(slot);
    }
    if (!slot.seen()) {
      slot.firstSeen = now.at();
      slot.judgement = Judgement.first(Liveness.BEATING, now.at());
      if (slot.connected()) {
        rows.connection(slot, new ConnectionEvent(slot.peerId, now.at(), true, slot.address, null));
      }
    }
    said(slot, beat, key, now);
    beaten(slot, address, beat, now);
  }

  PeerTable roster() {
    return roster;
  }

  private void said(PeerEntry slot, Heartbeat beat, TipsetKey key, Moment now) {
    Claims before = slot.claims;
    claimants.leave(slot);
    slot.claim(beat, key);
    roster.weigh(slot);
    claimants.join(slot);
    NetworkState watch = watches.of(slot.claims.genesisCid(), slot.standing);
    if (watch != slot.watch) {
      if (slot.watch != null) {
        slot.watch.ledger.forget(slot.reports);
      }
      slot.watch = watch;
    }
    if (watch != null && beat.height() > 0) {
      boolean unused = watch.head(slot.reports, beat.height(), key, watch.ceiling(now.at()), now);
    }
    slot.claimed(before, now.at());
    roster.changed(slot);
  }

  private void beaten(PeerEntry slot, String address, Heartbeat beat, Moment now) {
    slot.twins.beat(address, now);
    if (beat.stopping()) {
      slot.farewell.said(now.at());
    } else {
      slot.farewell.beaten();
    }
    if (!slot.claiming) {
      claimants.join(slot);
    }
    slot.longestGapMillis = slot.gapMillis(now.at());
    slot.detector.beat(now.nanos(), health);
    slot.lastBeat = now.at();
    slot.beats++;
    slot.slotBeats++;
  }

  /** Beats that were received but cannot be used. */
  void onDrop(String reason, long count) {
    account.dropped(reason, count);
  }

  /** An independent node answered; a null answer withdraws it. */
  void onReference(String name, ReferenceNode.@Nullable Answer answer, Moment now) {
    witnesses.answered(name, answer, now);
  }

  /** That this thread runs; to be called before anything is judged, ten times a second. */
  void tick(Moment now) {
    health.tick(now.nanos(), warmth.goesOn(now));
  }

  /** The clock was set: all times are moved, and nothing is judged for a while. */
  void stepped(Clocks.Step step, Moment now) {
    warmth.stepped(step, now.nanos());
    roster.moved(step.by());
    presence.moved(step.by());
    watches.stepped(step);
  }

  ClockSteps steps(Moment now) {
    return warmth.steps(now.nanos());
  }

  /** Something of ours held up beats for so long, until now. */
  void delayed(Moment now, long nanos) {
    health.delayed(now.nanos(), nanos);
  }

  /** Judges every node, forgets old ones and hands history its rows. To be called each second. */
  void evaluate(Moment now) {
    tick(now);
    warming = warmth.warms(now.nanos());
    Evaluation evaluation =
        new Evaluation(
            settings, membership, warming, now, (slot, nanos) -> slot.isOverdue(nanos, health));
    if (!warmth.holds(now.nanos())) {
      watches.judge(
          roster.all(), witnesses.all(), evaluation, (slot, next) -> judged(slot, next, now.at()));
    }
    roster.forgetSilentSince(now.at().minus(settings.limits().forgetAfter()));
    rows.evaluated(roster.all(), now.at());
  }

  /** Hands history every node as it is: counts and times move without being a change. */
  void save() {
    rows.saveAll(roster.all());
  }

  private void judged(PeerEntry slot, Judgement next, Instant now) {
    var before = slot.judgement.verdict();
    State was = slot.judgement.lastState();
    var after = next.verdict();
    slot.judgement = next;
    if (!before.equals(after)) {
      roster.changed(slot);
    }
    if (before.state() != after.state() && slot.seen()) {
      slot.unsaved = true;
      // A state that goes on after a restart is no change.
      if (was != next.lastState()) {
        rows.changed(slot, new StateChange(slot.peerId, now, was, after.state(), after.reason()));
      }
    }
    if (!after.liveness().isHeard()) {
      claimants.leave(slot);
    }
  }

  private void onForgotten(PeerEntry slot) {
    claimants.leave(slot);
    if (slot.watch != null) {
      slot.watch.ledger.forget(slot.reports);
    }
    history.forget(slot.peerId);
  }

  /** Forgets a peer; an expected one is missing from then on. */
  boolean forget(String peerId, Moment now) {
    PeerEntry slot = roster.find(peerId);
    if (slot == null) {
      return false;
    }
    roster.forget(slot);
    if (slot.expected != null) {
      membership(membership, now);
    }
    return true;
  }

  IngestCounts counts() {
    return account.counts();
  }

  /** Peers forgotten to make room, ever. */
  long forgotten() {
    return roster.forgotten();
  }

  /** What was so before the start, while nobody is judged; then empty. */
  Optional<Warmup> warmup(Moment now) {
    return warming ? Optional.of(warmth.warmup(now.nanos())) : Optional.empty();
  }

  boolean warming() {
    return warming;
  }

  long version() {
    return roster.version();
  }

  List<NetworkReport> networks() {
    return watches.reports();
  }

  /** Every peer now. */
  List<Node> nodes() {
    return roster.all().stream().map(this::node).toList();
  }

  /** The peers that changed since a version. */
  List<Node> nodesSince(long version) {
    return roster.all().stream().filter(slot -> slot.changedAt > version).map(this::node).toList();
  }

  /** Whether changes since a version can be told. */
  boolean tells(long version) {
    return roster.tells(version);
  }

  List<String> removedSince(long version) {
    return roster.removedSince(version);
  }

  @Nullable Node node(String peerId) {
    PeerEntry slot = roster.find(peerId);
    return slot == null ? null : node(slot);
  }

  List<ChainView> chain(int heights) {
    return Lanes.of(watches.all(), roster.all(), heights);
  }

  private Node node(PeerEntry slot) {
    return slot.node(claimants.conflicts(slot));
  }
}
