package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.IpLiteral;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;

/** The sockets of one remote address. Guarded by its owner. */
final class Source {
  final String key;

  /** Whether no limit of one address is kept. */
  final boolean exempt;

  /** Sockets, however far they came. */
  int connections;

  int upgrading;

  /** The oldest first. */
  final Deque<ConnectionGuard.Ticket> waiting = new ArrayDeque<>();

  Source(String key, boolean exempt) {
    this.key = key;
    this.exempt = exempt;
  }

  /** Equal for addresses that count as one. */
  static String key(InetAddress address) {
    return IpLiteral.subscriber(address);
  }
}
