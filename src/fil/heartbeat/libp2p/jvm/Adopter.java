package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.host.ConnectionGuard;
import fil.heartbeat.libp2p.host.ConnectionTable;
import fil.heartbeat.libp2p.host.Keepalive;
import fil.heartbeat.libp2p.host.Refusal;
import fil.heartbeat.libp2p.host.RefusedException;
import io.libp2p.core.Connection;
import io.libp2p.transport.implementation.ConnectionOverNetty;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Turns an upgraded connection into a link, unless it is refused. */
final class Adopter {
  private final HostParts host;

  Adopter(HostParts host) {
    this.host = host;
  }

  /**
   * Call it on the connection's loop, before anything arrives on it.
   *
   * @throws RefusedException when the connection is refused; it is closed then
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
    host.gate().enter(peer, ticket, dialer, System.nanoTime());
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
}
