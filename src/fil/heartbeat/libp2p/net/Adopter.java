package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.host.ConnectionGuard;
import fil.heartbeat.libp2p.host.ConnectionTable;
import fil.heartbeat.libp2p.host.Keepalive;
import fil.heartbeat.libp2p.host.Refusal;
import fil.heartbeat.libp2p.host.RefusedException;
import java.time.Duration;

/** Turns upgraded wires into connections of the host. */
final class Adopter {
  private final HostParts host;

  Adopter(HostParts host) {
    this.host = host;
  }

  /**
   * Makes it the peer's current connection. The previous one stays while it has streams, and of
   * more than two the one without inbound bytes for the longest time ends. Call it on the wire's
   * loop.
   *
   * @param startedNanos when the upgrade began
   * @throws UpgradeException when the now known peer is refused
   */
  Connection adopt(
      Wire wire,
      Loop loop,
      Upgrade.Outcome upgraded,
      boolean dialer,
      Keepalive keepalive,
      ConnectionGuard.Ticket ticket,
      long startedNanos)
      throws UpgradeException {
    try {
      host.gate().enter(upgraded.peer(), ticket, dialer, host.nanoTime().getAsLong());
    } catch (RefusedException refused) {
      throw new UpgradeException(refused.reason(), refused.code(), refused.getMessage());
    }
    Connection connection =
        new Connection(host, wire, loop, upgraded, dialer, keepalive, () -> abandon(ticket));
    ConnectionTable.Added<Connection> added = host.table().add(upgraded.peer(), connection);
    if (!added.accepted()) {
      throw new UpgradeException(Refusal.CLOSING.label(), Code.CLOSED, "the host was closed");
    }
    host.counters().connectionOpened(Duration.ofNanos(loop.nanoTime() - startedNanos));
    ConnectionGuard.start(host.guard().opened(ticket));
    Connection older = added.older();
    if (older != null) {
      older.loop().run(older::endIfUnused);
    }
    Connection supplanted = added.supplanted();
    if (supplanted != null) {
      supplanted.loop().run(supplanted::supplant);
    }
    connection.start();
    return connection;
  }

  /** Releases the ticket of a closed socket, whether or not it became a connection. */
  void abandon(ConnectionGuard.Ticket ticket) {
    ConnectionGuard.start(host.guard().gone(ticket));
  }
}
