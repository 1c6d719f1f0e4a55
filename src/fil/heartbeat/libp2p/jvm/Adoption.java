package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.Libp2pException;
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
import org.jspecify.annotations.Nullable;

/** Makes a link of an upgraded connection, unless it is refused. */
final class Adoption {
  private final HostParts host;

  Adoption(HostParts host) {
    this.host = host;
  }

  /**
   * On the connection's loop, before anything arrives on it.
   *
   * @throws Libp2pException when the connection is not wanted; it is closed then
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
    String refusal = refusal(peer, dialer, remote);
    if (refusal != null || remote == null) {
      throw new Libp2pException(Code.LIMIT, "refused " + peer + ": " + refusal);
    }
    if (host.guard().keep(ticket, peer) != null) {
      throw new Libp2pException(Code.CLOSED, "others need its place");
    }
    Link link =
        new Link(host, connection, channel, peer, Sockets.address(remote), dialer, keepalive);
    ConnectionTable.Added<Link> added = host.table().add(peer, link);
    if (!added.accepted()) {
      throw new Libp2pException(Code.CLOSED, "the host was closed");
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

  private @Nullable String refusal(
      PeerId peer, boolean dialer, @Nullable InetSocketAddress remote) {
    if (peer.equals(host.self())) {
      return "own-id";
    }
    if (host.penalties().isRefused(peer, System.nanoTime())) {
      return Refusal.PENALTY.word();
    }
    if (!dialer && !host.admission().admits(peer)) {
      return Refusal.NOT_ADMITTED.word();
    }
    return remote == null ? "closed" : null;
  }
}
