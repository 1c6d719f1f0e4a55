package fil.heartbeat.aggregator;

import fil.heartbeat.history.ConnectionEvent;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.PeerId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The open heartbeat streams of all peers; the host's connection limit bounds their number. */
final class Presence {

  /** Close reasons of streams that the peer or the network ended. */
  private static final Set<String> ENDED_BY_PEER =
      Set.of(
          Libp2pException.Code.RESET.name(),
          Libp2pException.Code.SUPPLANTED.name(),
          Libp2pException.Code.CONNECTION_LOST.name());

  private final PeerTable peers;
  private final SlotRows rows;
  private final Map<PeerId, OpenStreams> streamsByPeer = new HashMap<>();
  private final Consumer<PeerEntry> moved;
  private boolean leaving;

  /**
   * @param moved called for each entry to which something happened
   */
  Presence(PeerTable peers, SlotRows rows, Consumer<PeerEntry> moved) {
    this.peers = peers;
    this.rows = rows;
    this.moved = moved;
  }

  /** Returns the streams of a peer; null when it has none. */
  @Nullable OpenStreams of(PeerId peer) {
    return streamsByPeer.get(peer);
  }

  /** A stream opened, without a beat yet; see {@link PeerEntry#connected}. */
  void arrived(PeerId peer, Moment now) {
    OpenStreams open = streamsByPeer.computeIfAbsent(peer, ignored -> new OpenStreams());
    open.arrived();
    PeerEntry entry = peers.find(peer.toString());
    if (entry == null) {
      return;
    }
    moved.accept(entry);
    entry.farewell.arrived(now);
    if (connect(entry, open)) {
      entry.detector.reconnected(now.nanos());
    }
  }

  /** A stream without a beat ended, or is about to bring its first one. */
  void departed(PeerId peer) {
    OpenStreams open = streamsByPeer.get(peer);
    if (open == null) {
      return;
    }
    open.departed();
    clean(peer, open);
    PeerEntry entry = peers.find(peer.toString());
    if (entry != null) {
      boolean unused = connect(entry, open);
    }
  }

  /**
   * Sets the open streams of an entry; returns whether the node became connected or disconnected.
   */
  private boolean connect(PeerEntry entry, OpenStreams open) {
    boolean before = entry.connected();
    entry.connect(open);
    moved.accept(entry);
    if (before == entry.connected()) {
      return false;
    }
    peers.changed(entry);
    return true;
  }

  private void clean(PeerId peer, OpenStreams open) {
    if (open.isEmpty()) {
      streamsByPeer.remove(peer);
    }
  }

  /** A stream is about to bring its first beat. */
  void opened(PeerId peer, String address, Moment now) {
    OpenStreams open = streamsByPeer.computeIfAbsent(peer, ignored -> new OpenStreams());
    open.opened(address, now.at());
    PeerEntry entry = peers.heard(peer);
    if (entry == null) {
      return;
    }
    moved.accept(entry);
    entry.twins.opened(address);
    boolean first = entry.streams == 0;
    entry.connect(open);
    entry.detector.reconnected(now.nanos());
    peers.changed(entry);
    if (first) {
      rows.connected(entry, address, now.at());
    }
  }

  /** The aggregator stops: streams that end from now on end because of that. */
  void leaving() {
    leaving = true;
  }

  /** A stream with beats ended; a null reason is a regular end. */
  void closed(PeerId peer, @Nullable String reason, Moment now) {
    OpenStreams open = streamsByPeer.get(peer);
    if (open == null || leaving) {
      return;
    }
    open.closed();
    clean(peer, open);
    PeerEntry entry = peers.heard(peer);
    if (entry == null) {
      return;
    }
    entry.connect(open);
    moved.accept(entry);
    if (entry.streams == 0) {
      entry.disconnectedSince = now.at();
      if (reason == null || ENDED_BY_PEER.contains(reason)) {
        entry.farewell.streamEnded(open.address(), now);
      }
      rows.connection(
          entry, new ConnectionEvent(entry.peerId, now.at(), false, entry.address, reason));
    }
    peers.changed(entry);
  }

  /** The clock was set. */
  void moved(Duration by) {
    streamsByPeer.values().forEach(each -> each.moved(by));
  }

  /** A connection ended regularly; the ends of its streams may arrive later. */
  void farewell(PeerId peer, String address, Moment now) {
    PeerEntry entry = peers.find(peer.toString());
    if (entry != null) {
      entry.farewell.connectionEnded(address, now);
      moved.accept(entry);
    }
  }
}
