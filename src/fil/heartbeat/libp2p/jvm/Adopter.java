package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.host.ConnectionGuard;
import fil.heartbeat.libp2p.host.ConnectionTable;
import fil.heartbeat.libp2p.host.Keepalive;
import fil.heartbeat.libp2p.host.Refusal;
import io.libp2p.core.Connection;
import io.libp2p.transport.implementation.ConnectionOverNetty;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Makes a link of an upgraded connection, unless it is refused. */
final class Adopter {
  private final HostParts host;

  Adopter(HostParts host) {
    this.host = host;
  }

  /**
   * On the connection's loop, before anything arrives on it.
   *
   * @throws RefusedException when the connection is not wanted; it is closed then
   */
  Link adopt(
      Connection connection,
      ConnectionGuard.Ticket ticket,
      boolean dialer,
      Keepalive keepalive,
      long startedNanos) {
    Channel channel = ((ConnectionOverNetty) connection).getNettyChannel();
    InetSocketAddress remote = Sockets.remote(channel);
    PeerId peer = PeerId.fromBytes(connection.secureSession().getRemoteId().getBytes());
    if (remote == null) {
      throw new RefusedException("closed", Code.HANDSHAKE_FAILED, "the peer closed the connection");
    }
    if (peer.equals(host.self())) {
      throw new RefusedException("self", Code.WRONG_PEER, "the peer has our own key");
    }
    if (!dialer) {
      checkWelcome(peer);
    }
    Refusal refusal = host.guard().establish(ticket, peer);
    if (refusal == Refusal.CONNECTIONS) {
      throw refused(refusal, peer, "others need its place");
    }
    if (refusal != null) {
      throw new RefusedException(refusal.label(), Code.CLOSED, "others need its place");
    }
    Link link =
        new Link(host, connection, channel, peer, Sockets.address(remote), dialer, keepalive);
    ConnectionTable.Added<Link> added = host.table().add(peer, link);
    if (!added.accepted()) {
      throw new RefusedException(Refusal.CLOSING.label(), Code.CLOSED, "the host was closed");
    }
    host.counters().connectionOpened(Duration.ofNanos(System.nanoTime() - startedNanos));
    ConnectionGuard.start(host.guard().opened(ticket));
    link.start();
    Link older = added.older();
    if (older != null) {
      older.endIfUnused();
    }
    Link supplanted = added.supplanted();
    if (supplanted != null) {
      supplanted.supplant();
    }
    return link;
  }

  private void checkWelcome(PeerId peer) {
    if (host.penalties().isRefused(peer, System.nanoTime())) {
      throw refused(Refusal.PENALTY, peer, "the peer is in penalty");
    }
    if (!host.admission().admits(peer)) {
      throw refused(Refusal.NOT_ADMITTED, peer, "the peer may not connect");
    }
  }

  /** A limit of ours refuses it: told with the key to raise. */
  private RefusedException refused(Refusal refusal, PeerId peer, String message) {
    host.refusals().refused(refusal, peer);
    return new RefusedException(refusal.label(), Code.LIMIT, message);
  }
}
