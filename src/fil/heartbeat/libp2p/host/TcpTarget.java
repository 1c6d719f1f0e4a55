package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Multiaddr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A multiaddr of the only form that hosts dial and listen on: a host and a TCP port.
 *
 * @param protocol of the host: {@code ip4}, {@code ip6} or one of the {@code dns} family
 * @param host an IP literal or a name, without zone
 * @param zone of an {@code ip6zone}, with {@code %} before it; else empty
 * @param port 0 to 65535
 */
public record TcpTarget(String protocol, String host, String zone, int port) {

  /** Reads an address, ignoring its peer id; empty when it has another form. */
  public static Optional<TcpTarget> of(Multiaddr address) {
    List<Multiaddr.Part> parts = address.withoutPeerId().parts();
    int at = !parts.isEmpty() && parts.get(0).protocol().equals("ip6zone") ? 1 : 0;
    if (parts.size() != at + 2 || !parts.get(at + 1).protocol().equals("tcp")) {
      return Optional.empty();
    }
    String zone = at == 1 ? "%" + parts.get(0).value() : "";
    return Optional.of(
        new TcpTarget(
            parts.get(at).protocol(),
            parts.get(at).value(),
            zone,
            Integer.parseInt(parts.get(at + 1).value())));
  }

  /**
   * Returns the socket address to bind for an address, which must be an IP.
   *
   * @throws Libp2pException {@code BAD_ADDRESS} when it cannot be bound
   */
  public static InetSocketAddress bindable(Multiaddr address) {
    Optional<TcpTarget> target = of(address).filter(TcpTarget::isIp);
    try {
      if (target.isPresent() && address.peerId().isEmpty()) {
        return new InetSocketAddress(target.get().ip(), target.get().port());
      }
    } catch (UnknownHostException noSuchZone) {
      throw unbindable(address, noSuchZone);
    }
    throw unbindable(address, null);
  }

  /** Whether the host is an IP literal. */
  public boolean isIp() {
    return protocol.equals("ip4") || protocol.equals("ip6");
  }

  /**
   * Returns the address of an IP literal, without the name service.
   *
   * @throws UnknownHostException when this machine has no such zone
   */
  public InetAddress ip() throws UnknownHostException {
    return InetAddress.getByName(host + zone);
  }

  private static Libp2pException unbindable(
      Multiaddr address, @Nullable UnknownHostException cause) {
    return new Libp2pException(
        Libp2pException.Code.BAD_ADDRESS,
        "cannot listen on " + address + " (expected: /ip4|ip6/<address>/tcp/<port>)",
        cause);
  }
}
