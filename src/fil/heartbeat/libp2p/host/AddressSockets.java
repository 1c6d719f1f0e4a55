package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.IpLiteral;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;

/** The sockets of one remote address. Guarded by its owner's lock. */
final class AddressSockets {
  final String key;

  /** Whether the limits per address do not apply. */
  final boolean exempt;

  /** All sockets, in any phase. */
  int connections;

  int upgrading;

  /** Oldest first. */
  final Deque<ConnectionGuard.Ticket> waiting = new ArrayDeque<>();

  AddressSockets(String key, boolean exempt) {
    this.key = key;
    this.exempt = exempt;
  }

  /** Returns a key that is equal for addresses that count as one. */
  static String key(InetAddress address) {
    return IpLiteral.subscriber(address);
  }
}
