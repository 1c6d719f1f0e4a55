package fil.heartbeat.aggregator;

import fil.heartbeat.history.ConnectionEvent;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.PeerId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The open heartbeat streams of all peers, which the host's connections bound. */
final class Presence {

  /** Why streams end that we did not end. */
  private static final Set<String> ENDED_BY_PEER =
      Set.of(
          Libp2pException.Code.RESET.name(),
          Libp2pException.Code.SUPPLANTED.name(),
          Libp2pException.Code.CONNECTION_LOST.name());

  private final PeerTable roster;
  private final SlotRows rows;
  private final Map<PeerId, OpenStreams> links = new HashMap<>();
  private boolean leaving;

  Presence(PeerTable roster, SlotRows rows) {
    this.roster = roster;
    this.rows = rows;
  }

  /** The streams of a peer; null when it has none. */
  @Nullable OpenStreams of(PeerId peer) {
    return links.get(peer);
  }

  /** A stream opened that has not beaten: of a peer that was not lost it says nothing. */
  void arrived(PeerId peer, Moment now) {
    OpenStreams open = links.computeIfAbsent(peer, ignored -> new OpenStreams());
    open.arrived();
    PeerEntry slot = roster.find(peer.toString());
    if (slot == null) {
      return;
    }
    slot.farewell.arrived(now);
    if (connect(slot, open)) {
      slot.detector.reconnected(now.nanos());
    }
  }

  /** Such a stream ended, or is about to beat. */
  void departed(PeerId peer) {
    OpenStreams open = links.get(peer);
    if (open == null) {
      return;
    }
    open.departed();
    clean(peer, open);
    PeerEntry slot = roster.find(peer.toString());
    if (slot != null) {
      boolean unused = connect(slot, open);
    }
  }

  /** Takes what is open now; answers whether that changes that the node is connected. */
  private boolean connect(PeerEntry slot, OpenStreams open) {
    boolean before = slot.connected();
    slot.connect(open);
    if (before == slot.connected()) {
      return false;
    }
    roster.changed(slot);
    return true;
  }

  private void clean(PeerId peer, OpenStreams open) {
    if (open.isEmpty()) {
      links.remove(peer);
    }
  }

  /** A stream brings its first beat now. */
  void opened(PeerId peer, String address, Moment now) {
    OpenStreams open = links.computeIfAbsent(peer, ignored -> new OpenStreams());
    open.opened(address, now.at());
    PeerEntry slot = roster.heard(peer);
    if (slot == null) {
      return;
    }
    slot.twins.opened(address);
    boolean first = slot.streams == 0;
    slot.connect(open);
    slot.detector.reconnected(now.nanos());
    roster.changed(slot);
    if (first) {
      rows.connection(slot, new ConnectionEvent(slot.peerId, now.at(), true, address, null));
    }
  }

  /** What ends from now on ends because we leave. */
  void leaving() {
    leaving = true;
  }

  /** One that had beaten ended; null when it did so in good order. */
  void closed(PeerId peer, @Nullable String reason, Moment now) {
    OpenStreams open = links.get(peer);
    if (open == null || leaving) {
      return;
    }
    open.closed();
    clean(peer, open);
    PeerEntry slot = roster.heard(peer);
    if (slot == null) {
      return;
    }
    slot.connect(open);
    if (slot.streams == 0) {
      slot.disconnectedSince = now.at();
      if (reason == null || ENDED_BY_PEER.contains(reason)) {
        slot.farewell.streamEnded(open.address(), now);
      }
      rows.connection(
          slot, new ConnectionEvent(slot.peerId, now.at(), false, slot.address, reason));
    }
    roster.changed(slot);
  }

  /** The clock was set. */
  void moved(Duration by) {
    links.values().forEach(each -> each.moved(by));
  }

  /** A connection ended in good order; the end of its streams may be heard later. */
  void farewell(PeerId peer, String address, Moment now) {
    PeerEntry slot = roster.find(peer.toString());
    if (slot != null) {
      slot.farewell.connectionEnded(address, now);
    }
  }
}
