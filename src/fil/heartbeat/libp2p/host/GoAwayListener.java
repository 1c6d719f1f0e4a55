package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import java.util.function.BiConsumer;

/** Holds the listener for peers that close a connection regularly. Thread-safe. */
public final class GoAwayListener {
  private volatile BiConsumer<PeerId, Multiaddr> listener = (peer, address) -> {};

  /** Replaces the listener; there is none before the first call. */
  public void listener(BiConsumer<PeerId, Multiaddr> next) {
    listener = next;
  }

  /** Reports a peer's GO_AWAY that arrived before anything else ended the connection. */
  public void received(PeerId peer, Multiaddr remoteAddress) {
    listener.accept(peer, remoteAddress);
  }
}
