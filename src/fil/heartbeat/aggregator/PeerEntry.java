package fil.heartbeat.aggregator;

import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.fleet.Detector;
import fil.heartbeat.fleet.DetectorSettings;
import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.Judgement;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.fleet.LocalHealth;
import fil.heartbeat.fleet.Moved;
import fil.heartbeat.fleet.NodeHeads;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.wire.Heartbeat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** All that is held of one peer. Mutable; never leaves the registry's context. */
final class PeerEntry {
  /** Here, in the last snapshot and in the feed; without what the peer says. Measured. */
  private static final int BYTES = 6 * 1024;

  /** The text of a head, its CIDs as bytes and as texts, with what each object takes. */
  private static final int BYTES_PER_CHARACTER = 5;

  final PeerId peer;
  final String peerId;
  NodeHeads reports = new NodeHeads(Standing.STRANGER);
  final Detector detector;
  final Uptime uptime = new Uptime();
  final BeatBudget budget;
  final Farewell farewell = new Farewell();
  final Twins twins = new Twins();

  @Nullable Expected expected;
  Standing standing = Standing.STRANGER;
  Claims claims = Claims.NONE;
  TipsetKey head = TipsetKey.EMPTY;
  @Nullable NetworkState network;
  Judgement judgement;
  boolean claiming;

  int streams;
  int arrivals;
  @Nullable String address;
  @Nullable Instant connectedSince;
  @Nullable Instant disconnectedSince;
  @Nullable Instant firstSeen;
  @Nullable Instant lastBeat;
  @Nullable Instant headSince;
  long beats;

  int slotBeats;
  long longestGapMillis;
  boolean unsaved;
  long changedAt;

  /** Bytes that the roster counts for it. */
  int weight;

  // As they came: the next beat mostly says the same, and needs no second look.
  private String headText = "";
  private String nicknameText = "";
  private String minerText = "";
  private @Nullable String genesisText;
  private boolean claimed;

  PeerEntry(PeerId peer, BeatBudget budget, Moment now) {
    this.peer = peer;
    this.peerId = peer.toString();
    this.budget = budget;
    this.detector = new Detector(DetectorSettings.DEFAULT, now.nanos());
    this.judgement = Judgement.first(Liveness.BEATING, now.at());
  }

  boolean seen() {
    return firstSeen != null;
  }

  /**
   * Whether it has a stream. One that has not beaten keeps a node that was just lost from being
   * called so, and brings none back: it may be a test with the node's key.
   */
  boolean connected() {
    return streams > 0 || (arrivals > 0 && judgement.verdict().liveness().isHeard());
  }

  /** Since when it has no stream; null while it has one or when it never had. */
  @Nullable Instant lostSince() {
    return connected() ? null : disconnectedSince;
  }

  /**
   * Whether beats are overdue. They are due on an open connection only: one that is lost is no
   * silence, but a silence lasts until the next beat.
   */
  boolean isOverdue(long nanos, LocalHealth health) {
    return connected() ? detector.silent(nanos, health) : detector.isSilent();
  }

  /** Takes the peer's streams as they are now; null when it never had one. */
  void connect(@Nullable OpenStreams open) {
    streams = open == null ? 0 : open.streams();
    arrivals = open == null ? 0 : open.arrivals();
    connectedSince = streams == 0 || open == null ? null : open.since();
    if (open != null && !open.address().isEmpty()) {
      address = open.address();
    }
    if (streams > 0) {
      disconnectedSince = null;
    }
  }

  /** Since when it has stopped on purpose; null when it has not. */
  @Nullable Instant stoppedSince(Moment now) {
    return farewell.since(now, arrivals > 0);
  }

  /** Makes it of another class of speaker. */
  void stand(Standing next) {
    standing = next;
    if (network == null) {
      // Without a network nothing is held of it.
      reports = new NodeHeads(next);
    } else {
      network.ledger.stand(reports, next);
    }
  }

  /** Whether the beat says what the last one said. */
  boolean says(Heartbeat beat) {
    Long height = claims.height();
    return claimed
        && height != null
        && height == beat.height()
        && headText.equals(beat.head())
        && nicknameText.equals(beat.nickname())
        && minerText.equals(beat.minerAddress())
        && Objects.equals(genesisText, beat.genesisCid())
        && Objects.equals(claims.syncing(), beat.syncing());
  }

  /** The key of a beat's head; parsed only when it is another text than the last. */
  TipsetKey headOf(Heartbeat beat) {
    return claimed && headText.equals(beat.head()) ? head : TipsetKey.parse(beat.head());
  }

  /** Takes what a beat says. */
  void claim(Heartbeat beat, TipsetKey key) {
    boolean sameHead = claimed && key.equals(head);
    String genesis = beat.genesisCid();
    claims =
        new Claims(
            claimed && nicknameText.equals(beat.nickname())
                ? claims.nickname()
                : Claim.clean(beat.nickname()),
            beat.minerAddress().isEmpty() ? null : Claim.clean(beat.minerAddress()),
            genesis == null ? null : Claim.clean(genesis),
            sameHead ? claims.head() : key.cids().stream().map(Object::toString).toList(),
            beat.height(),
            beat.syncing());
    head = key;
    headText = beat.head();
    nicknameText = beat.nickname();
    minerText = beat.minerAddress();
    genesisText = genesis;
    claimed = true;
  }

  /** What it claimed before is known, and what it claims now is. */
  void claimed(Claims before, Instant now) {
    if (headSince == null
        || !before.head().equals(claims.head())
        || !Objects.equals(before.height(), claims.height())) {
      headSince = now;
    }
    unsaved |= beats == 0 || !before.sameButHead(claims);
  }

  /** About how much memory it takes. */
  int bytes() {
    int said = nicknameText.length() + minerText.length();
    for (String cid : claims.head()) {
      said += cid.length();
    }
    return BYTES + BYTES_PER_CHARACTER * said;
  }

  /** Takes what was known before a restart. */
  void restore(Claims known, TipsetKey key) {
    claims = known;
    head = key;
  }

  /** The clock was set; how long ago things happened is as before, and history is to know. */
  void moved(Duration by) {
    connectedSince = Moved.movedOrNull(connectedSince, by);
    disconnectedSince = Moved.movedOrNull(disconnectedSince, by);
    firstSeen = Moved.movedOrNull(firstSeen, by);
    lastBeat = Moved.movedOrNull(lastBeat, by);
    headSince = Moved.movedOrNull(headSince, by);
    judgement = judgement.moved(by);
    farewell.moved(by);
    twins.moved(by);
    unsaved = true;
  }

  /** The longest time without a beat in the present slot of the history, the open one included. */
  long gapMillis(Instant now) {
    Instant last = lastBeat;
    return last == null
        ? longestGapMillis
        : Math.max(longestGapMillis, Duration.between(last, now).toMillis());
  }

  Contact contact() {
    return new Contact(
        new Contact.Connection(connected(), address, connectedSince, lostSince()),
        new Contact.Uptime(uptime.share(), uptime.byHour()),
        firstSeen,
        lastBeat,
        headSince,
        beats);
  }

  /**
   * @param claimed what it claims that others claim too
   */
  Node node(List<String> claimed) {
    Twins.Twin twin = twins.now();
    List<String> conflicts = claimed;
    if (twin != null) {
      conflicts = new ArrayList<>(claimed);
      conflicts.add(0, twin.text());
    }
    return new Node(
        peerId,
        expected,
        standing,
        network == null ? null : network.name(),
        claims,
        conflicts,
        judgement.verdict(),
        judgement.lastState(),
        contact(),
        twin == null ? null : twin.since());
  }
}
