package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.HealthSettings;
import fil.heartbeat.fleet.Judgement;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.fleet.LocalHealth;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.history.History;
import fil.heartbeat.history.KnownNode;
import fil.heartbeat.history.RestoredState;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.wire.Heartbeat;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The last beat and the judgement of every peer; callers pass the time in. Not thread-safe. */
final class Registry {

  private final AggregatorSettings settings;
  private final History history;
  private final PeerTable peers;
  private final ClaimConflicts conflicts;
  private final Networks networks;
  private final LocalHealth health;
  private final SlotRows rows;
  private final Presence presence;
  private final ReferenceNodes references;
  private final BeatAccount account = new BeatAccount();
  private final KnownHeads heads = new KnownHeads();
  private final KnownHeads finals = new KnownHeads();
  private final Warmth warmth;
  private Membership membership = Membership.OPEN;
  private final Evaluator evaluator;
  private boolean warming = true;
  private final NodeCache changed = new NodeCache();
  private long nowNanos;

  Registry(AggregatorSettings settings, History history, Moment now) {
    this(settings, PeerTable.roomOfHeap(), history, now);
  }

  /**
   * @param room bytes for peers that are not expected
   */
  Registry(AggregatorSettings settings, long room, History history, Moment now) {
    this.settings = settings;
    this.history = history;
    this.nowNanos = now.nanos();
    this.rows = new SlotRows(history);
    this.warmth = new Warmth(settings.fleet().warming(), now.nanos());
    this.health = new LocalHealth(HealthSettings.DEFAULT, now.nanos(), now.at().toEpochMilli());
    this.peers = new PeerTable(settings.limits().maxNodes(), room, this::onForgotten);
    this.networks = new Networks(settings.network(), this::membersChanged);
    this.references = new ReferenceNodes(networks);
    this.conflicts = new ClaimConflicts(peers::changed);
    this.evaluator =
        new Evaluator(settings, peers, networks, references, conflicts, rows, health, now);
    this.presence = new Presence(peers, rows, evaluator::moved);
  }

  /**
   * Restores the peers known before the start, members first. Call it after the membership is set
   * and before any event.
   */
  void restore(RestoredState before, Moment now) {
    // In the order of the last beat, which is the order in which they make room.
    Comparator<KnownNode> order = Comparator.comparing(KnownNode::lastBeat);
    for (KnownNode known : before.nodes().stream().sorted(order).toList()) {
      PeerEntry entry = SlotRows.restored(known, settings.limits().beatBurst(), now);
      if (entry == null) {
        // Not a line that this program wrote; the peer appears again with its next beat.
        continue;
      }
      stand(entry);
      entry.network = networks.of(known.genesisCid(), entry.standing);
      entry.uptime.restore(before.uptime().getOrDefault(known.peerId(), Map.of()));
      peers.add(entry);
      warmth.knew(entry.judgement.lastState());
      if (entry.judgement.verdict().liveness().isHeard()) {
        conflicts.join(entry);
      }
    }
    networks.restore(before.upgrades(), peers, now);
  }

  /** Replaces the membership. */
  void membership(Membership next, Moment now) {
    membership = next;
    networks.allMoved();
    conflicts.membership(next);
    for (PeerEntry entry : List.copyOf(peers.all())) {
      Expected as = next.expected().get(entry.peer);
      Standing standing = next.standing(entry.peer);
      // An entry restored before may have taken its room.
      boolean known = peers.find(entry.peerId) == entry;
      if (known && (!Objects.equals(entry.expected, as) || entry.standing != standing)) {
        boolean claims = entry.claiming;
        conflicts.leave(entry);
        peers.stand(entry, as, standing);
        networks.stood(entry);
        if (as == null && !entry.seen()) {
          peers.forget(entry);
        } else if (claims) {
          conflicts.join(entry);
        }
      }
    }
    for (PeerId peer : next.expected().keySet()) {
      if (peers.find(peer.toString()) == null) {
        PeerEntry entry = entry(peer, now);
        entry.judgement = Judgement.first(Liveness.MISSING, now.at());
        peers.add(entry);
      }
    }
  }

  private PeerEntry entry(PeerId peer, Moment now) {
    int burst = settings.limits().beatBurst();
    PeerEntry entry = new PeerEntry(peer, new BeatBudget(burst, now.nanos()), now);
    stand(entry);
    entry.connect(presence.of(peer));
    return entry;
  }

  /** Sets the standing of an entry that is not in the table yet. */
  private void stand(PeerEntry entry) {
    entry.expected = membership.expected().get(entry.peer);
    entry.stand(membership.standing(entry.peer));
  }

  /** A stream of the peer opened; no beat arrived on it yet. */
  void onArrive(PeerId peer, Moment now) {
    presence.arrived(peer, now);
  }

  /** A stream without a beat ended, or is about to bring its first one. */
  void onDepart(PeerId peer) {
    presence.departed(peer);
  }

  /** A stream of the peer is about to bring its first beat. */
  void onOpen(PeerId peer, String address, Moment now) {
    presence.opened(peer, address, now);
  }

  /** The aggregator stops: all streams end because of that, which changes no node. */
  void leaving() {
    presence.leaving();
  }

  /** A stream of the peer with beats ended; a null reason is a regular end. */
  void onClose(PeerId peer, @Nullable String reason, Moment now) {
    presence.closed(peer, reason, now);
  }

  /** A connection of the peer ended regularly; the ends of its streams may arrive later. */
  void onFarewell(PeerId peer, String address, Moment now) {
    presence.farewell(peer, address, now);
  }

  /** A well-formed beat arrived. */
  void onBeat(PeerId peer, Heartbeat beat, Moment now) {
    onBeat(peer, "", beat, now);
  }

  /** A well-formed beat arrived from an address; empty when unknown. */
  void onBeat(PeerId peer, String address, Heartbeat beat, Moment now) {
    PeerEntry entry = peers.heard(peer);
    if (!membership.test(peer)) {
      onDrop(BeatAccount.DROP_DENIED, 1);
      return;
    }
    if (entry != null && !entry.budget.take(settings.limits(), now.nanos())) {
      onDrop(BeatAccount.DROP_RATE, 1);
      return;
    }
    if (entry != null && entry.says(beat)) {
      account.accepted();
      beaten(entry, address, beat, now);
      return;
    }
    KnownHeads.Head head;
    try {
      head = heads.of(beat.head());
    } catch (IllegalArgumentException e) {
      onDrop(BeatAccount.DROP_HEAD, 1);
      return;
    }
    account.accepted();
    if (entry == null) {
      entry = entry(peer, now);
      boolean unused = entry.budget.take(settings.limits(), now.nanos());
      peers.add(entry);
    }
    if (!entry.seen()) {
      entry.begins(now.at());
      if (entry.connected()) {
        rows.connected(entry, entry.address, now.at());
      }
    }
    said(entry, beat, head, now);
    beaten(entry, address, beat, now);
  }

  PeerTable peers() {
    return peers;
  }

  private void said(PeerEntry entry, Heartbeat beat, KnownHeads.Head head, Moment now) {
    Claims before = entry.claims;
    boolean shared = entry.sharedMiners > 0;
    entry.claim(beat, head);
    peers.weigh(entry);
    conflicts.renew(entry);
    if ((shared || entry.sharedMiners > 0) && !entry.claims.hasMinerOf(before)) {
      networks.minerMoved(entry);
    }
    NetworkState network = networks.of(entry.claims.genesisCid(), entry.standing);
    networks.enter(entry, network);
    if (network != null) {
      network.head(entry, network.ceiling(now.at()), now);
    }
    entry.claimed(before, now.at());
    rows.unsaved(entry);
    peers.changed(entry);
  }

  private void membersChanged(PeerEntry entry) {
    if (entry.claiming) {
      conflicts.renew(entry);
    }
    peers.changed(entry);
  }

  private void beaten(PeerEntry entry, String address, Heartbeat beat, Moment now) {
    peers.beat(entry, address, now);
    if (entry.tells(beat)) {
      account.odd(entry.told(beat, finals, now));
      peers.weigh(entry);
      networks.reported(entry);
      conflicts.renew(entry);
    } else if (!entry.claiming) {
      conflicts.join(entry);
    }
    evaluator.beats(entry, beat.stopping());
    if (beat.stopping()) {
      entry.farewell.said(now.at());
    } else {
      entry.farewell.beaten();
    }
    entry.longestGapMillis = entry.gapMillis(now.at());
    entry.detector.beat(now.nanos(), health);
    entry.lastBeat = now.at();
    entry.beats++;
    entry.slotBeats++;
    evaluator.beaten(entry, membership);
  }

  /** Counts received beats that cannot be used. */
  void onDrop(String reason, long count) {
    account.dropped(reason, count);
  }

  /** Takes the answer of an independent node; null removes the node. */
  void onReference(String name, ReferenceNode.@Nullable Answer answer, Moment now) {
    references.answered(name, answer, now);
    networks.allMoved();
  }

  /** Records that this thread runs. Must be called ten times a second, before {@link #evaluate}. */
  void tick(Moment now) {
    nowNanos = now.nanos();
    health.tick(now.nanos(), warmth.goesOn(now));
  }

  /** The clock was set: moves all times and pauses judging for a while. */
  void stepped(Clocks.Step step, Moment now) {
    warmth.stepped(step, now.nanos());
    peers.moved(step.by());
    peers.all().forEach(rows::unsaved);
    presence.moved(step.by());
    networks.stepped(step);
  }

  ClockSteps steps(Moment now) {
    return warmth.steps(now.nanos());
  }

  /** Records that this process held up beats for this long, until now. */
  void delayed(Moment now, long nanos) {
    health.delayed(now.nanos(), nanos);
  }

  /** Judges the nodes, forgets old ones and gives history its rows. Must be called each second. */
  void evaluate(Moment now) {
    tick(now);
    changed.clear();
    warming = warmth.warms(now.nanos());
    if (!warmth.holds(now.nanos())) {
      evaluator.judge(membership, warming, now);
    }
    peers.forgetSilentSince(now.at().minus(settings.limits().forgetAfter()));
    rows.evaluated(peers.all(), now.at());
    rows.named(networks, now);
  }

  /** Saves every node to history: counts and times move without counting as a change. */
  void save(Moment now) {
    rows.saveAll(peers.all());
    rows.saveNamed(networks, now);
  }

  private void onForgotten(PeerEntry entry) {
    networks.moved(entry);
    rows.forgotten(entry);
    conflicts.leave(entry);
    networks.drop(entry);
    history.forget(entry.peerId);
  }

  /** Forgets a peer; an expected one is missing afterwards. */
  boolean forget(String peerId, Moment now) {
    PeerEntry entry = peers.find(peerId);
    if (entry == null) {
      return false;
    }
    peers.forget(entry);
    if (entry.expected != null) {
      membership(membership, now);
    }
    return true;
  }

  IngestCounts counts() {
    return account.counts();
  }

  /** Returns the number of peers forgotten to make room since the start. */
  long forgotten() {
    return peers.forgotten();
  }

  /** Returns the node states before the start while it is too early to judge; empty after that. */
  Optional<Warmup> warmup(Moment now) {
    return warming ? Optional.of(warmth.warmup(now.nanos())) : Optional.empty();
  }

  boolean warming() {
    return warming;
  }

  long version() {
    return peers.version();
  }

  List<NetworkReport> networks() {
    return networks.reports();
  }

  /** Returns every peer. */
  List<Node> nodes() {
    return peers.all().stream().map(this::node).toList();
  }

  /** Returns the peers that changed since a version. */
  List<Node> nodesSince(long version) {
    return peers.changedSince(version).stream()
        .map(entry -> changed.get(entry, this::node))
        .toList();
  }

  /** Whether the changes since a version are still known. */
  boolean coversSince(long version) {
    return peers.coversSince(version);
  }

  List<String> removedSince(long version) {
    return peers.removedSince(version);
  }

  @Nullable Node node(String peerId) {
    PeerEntry entry = peers.find(peerId);
    return entry == null ? null : node(entry);
  }

  List<ChainView> chain(int heights) {
    return Lanes.of(networks.all(), peers.all(), heights);
  }

  private Node node(PeerEntry entry) {
    return entry.node(conflicts.conflicts(entry), nowNanos);
  }
}
