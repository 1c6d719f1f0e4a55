package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.IpLiteral;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;

/** The sockets of one remote address. Guarded by its owner. */
final class AddressSockets {
  final String key;

  /** Whether the limits of one address do not apply. */
  final boolean exempt;

  /** Sockets, however far they came. */
  int connections;

  int upgrading;

  /** The oldest first. */
  final Deque<ConnectionGuard.Ticket> waiting = new ArrayDeque<>();

  AddressSockets(String key, boolean exempt) {
    this.key = key;
    this.exempt = exempt;
  }

  /** Equal for addresses that count as one. */
  static String key(InetAddress address) {
    return IpLiteral.subscriber(address);
  }
}
