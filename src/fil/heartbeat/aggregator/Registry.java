package fil.heartbeat.aggregator;

import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.fleet.Agreement;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.fleet.Verdict;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.wire.Heartbeat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The last beat of every peer: one slot a peer, so memory is O(peers). One owner thread; time comes
 * in with each call.
 */
final class Registry {

  /** Drop reasons of this layer; the decoder adds its own words. */
  static final String DROP_HEAD = "head";

  static final String DROP_OVERFLOW = "overflow";

  /** Peers kept; the longest silent is forgotten first. About 1 KiB each. */
  static final int MAX_NODES = 50_000;

  /** One peer. Mutable, never leaves the registry. */
  private static final class Slot {
    private final String peerId;
    private final Instant firstSeen;
    private @Nullable String nickname;
    private @Nullable String minerAddress;
    private @Nullable String genesisCid;
    private List<String> head = List.of();
    // As it came: ten beats of an epoch say the same, and need no second look.
    private String headText = "";
    private long height;
    private @Nullable Boolean syncing;
    private Instant lastBeat;
    private Instant headSince;
    private long beats;

    private Slot(String peerId, Instant now) {
      this.peerId = peerId;
      this.firstSeen = now;
      this.lastBeat = now;
      this.headSince = now;
    }
  }

  /** Open streams of one peer and where the newest comes from. */
  private record Link(int streams, String address) {}

  private final int maxNodes;
  private final Function<String, @Nullable String> networkOfGenesis;
  // In access order: the first is the longest silent.
  private final LinkedHashMap<PeerId, Slot> slots = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<PeerId, Link> links = new LinkedHashMap<>();
  private final Map<String, Long> dropped = new TreeMap<>();
  private long received;
  private long accepted;
  private long forgotten;

  Registry(int maxNodes, Function<String, @Nullable String> networkOfGenesis) {
    this.maxNodes = maxNodes;
    this.networkOfGenesis = networkOfGenesis;
  }

  /** A heartbeat stream of the peer opened. Open streams are bounded by the host's connections. */
  void onOpen(PeerId peer, String address) {
    links.merge(peer, new Link(1, address), (old, one) -> new Link(old.streams() + 1, address));
  }

  /** One of the peer's streams ended. */
  void onClose(PeerId peer) {
    links.computeIfPresent(
        peer,
        (id, link) -> link.streams() > 1 ? new Link(link.streams() - 1, link.address()) : null);
  }

  /** A well-formed beat arrived. */
  void onBeat(PeerId peer, Heartbeat beat, Instant now) {
    Slot slot = slots.get(peer);
    List<String> head;
    if (slot != null && slot.headText.equals(beat.head())) {
      head = slot.head;
    } else {
      try {
        head = TipsetKey.parse(beat.head()).cids().stream().map(Object::toString).toList();
      } catch (IllegalArgumentException e) {
        onDrop(DROP_HEAD, 1);
        return;
      }
    }
    received++;
    accepted++;
    if (slot == null) {
      forgetLongestSilent();
      slot = new Slot(peer.toString(), now);
      slots.put(peer, slot);
    }
    if (slot.beats == 0 || !slot.head.equals(head) || slot.height != beat.height()) {
      slot.headSince = now;
    }
    slot.head = head;
    slot.headText = beat.head();
    slot.height = beat.height();
    slot.nickname = Claim.clean(beat.nickname());
    slot.minerAddress = beat.minerAddress().isEmpty() ? null : Claim.clean(beat.minerAddress());
    String genesis = beat.genesisCid();
    slot.genesisCid = genesis == null ? null : Claim.clean(genesis);
    slot.syncing = beat.syncing();
    slot.lastBeat = now;
    slot.beats++;
  }

  /** Beats that were received but cannot be used. */
  void onDrop(String reason, long count) {
    received += count;
    dropped.merge(reason, count, Long::sum);
  }

  IngestCounts counts() {
    return new IngestCounts(received, accepted, dropped);
  }

  /** Peers forgotten to make room, ever. */
  long forgotten() {
    return forgotten;
  }

  /** Every peer now, the longest silent first. */
  List<Node> nodes() {
    List<Node> nodes = new ArrayList<>(slots.size());
    slots.forEach((peer, slot) -> nodes.add(node(slot, links.get(peer))));
    return nodes;
  }

  private Node node(Slot slot, @Nullable Link link) {
    String genesis = slot.genesisCid;
    return new Node(
        slot.peerId,
        null,
        genesis == null ? null : networkOfGenesis.apply(genesis),
        new Claims(slot.nickname, slot.minerAddress, genesis, slot.head, slot.height, slot.syncing),
        List.of(),
        new Verdict(
            Liveness.BEATING,
            ChainState.UNKNOWN,
            Agreement.UNKNOWN,
            null,
            false,
            null,
            slot.firstSeen),
        new Contact(
            link != null,
            link == null ? null : link.address(),
            null,
            null,
            slot.firstSeen,
            slot.lastBeat,
            slot.headSince,
            slot.beats,
            null));
  }

  private void forgetLongestSilent() {
    if (slots.size() >= maxNodes) {
      var eldest = slots.keySet().iterator();
      eldest.next();
      eldest.remove();
      forgotten++;
    }
  }
}
