package fil.heartbeat.libp2p.host;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;

/** The sockets of one remote address. Guarded by its owner. */
public final class Source {
  /** An IPv6 subscriber has a /56 of addresses or less, so that is what counts as one. */
  private static final int IPV6_PREFIX_BYTES = 7;

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
  public static String key(InetAddress address) {
    if (address instanceof Inet6Address) {
      byte[] bytes = address.getAddress();
      StringBuilder prefix = new StringBuilder("6:");
      for (int i = 0; i < IPV6_PREFIX_BYTES; i++) {
        prefix.append(Integer.toHexString(bytes[i] & 0xff)).append('.');
      }
      return prefix.toString();
    }
    return address.getHostAddress();
  }
}
