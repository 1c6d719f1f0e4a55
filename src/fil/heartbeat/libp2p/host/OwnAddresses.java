package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.Multiaddr;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The addresses that a host advertises. Peers store and dial them, so each has to be one that can
 * be dialled.
 */
public final class OwnAddresses {
  /** Maximum of advertised addresses. */
  public static final int MAX = 16;

  private static final String ANY_IP4 = "0.0.0.0";
  private static final String ANY_IP6 = "::";

  private OwnAddresses() {}

  /**
   * Returns the addresses to advertise.
   *
   * @param announced addresses set by the operator; replace all others
   * @param bound listen addresses, with the ports as bound; without any, none is advertised
   * @param interfaces the result of {@link #interfaces}; replaces an address that means all
   *     interfaces
   * @return at most {@link #MAX}, without peer id
   */
  public static List<Multiaddr> advertised(
      List<Multiaddr> announced, List<Multiaddr> bound, List<InetAddress> interfaces) {
    if (bound.isEmpty()) {
      return List.of();
    }
    List<Multiaddr> wanted = usable(announced.stream());
    return wanted.isEmpty()
        ? usable(bound.stream().flatMap(address -> dialable(address, interfaces)))
        : wanted;
  }

  /** Whether the address means all interfaces. */
  public static boolean isAny(Multiaddr address) {
    return address.value("ip4").filter(ANY_IP4::equals).isPresent()
        || address.value("ip6").filter(ANY_IP6::equals).isPresent();
  }

  private static List<Multiaddr> usable(Stream<Multiaddr> addresses) {
    return addresses
        .map(Multiaddr::withoutPeerId)
        .filter(address -> !isAny(address) && !address.value("tcp").orElse("").equals("0"))
        .distinct()
        .limit(MAX)
        .toList();
  }

  private static Stream<Multiaddr> dialable(Multiaddr bound, List<InetAddress> interfaces) {
    if (!isAny(bound)) {
      return Stream.of(bound);
    }
    // A socket bound to :: accepts IPv4 too.
    boolean only4 = bound.value("ip4").isPresent();
    List<InetAddress> fitting =
        interfaces.stream()
            .filter(address -> !address.isLinkLocalAddress() && !address.isAnyLocalAddress())
            .filter(address -> !only4 || address instanceof Inet4Address)
            .toList();
    boolean away = fitting.stream().anyMatch(address -> !address.isLoopbackAddress());
    int port = Integer.parseInt(bound.value("tcp").orElse("0"));
    return fitting.stream()
        .filter(address -> !away || !address.isLoopbackAddress())
        .map(address -> Multiaddr.ofSocket(address.getHostAddress(), port));
  }

  /**
   * Reads the addresses of all interfaces that are up, IPv4 first. Blocking: not for an event loop.
   */
  public static List<InetAddress> interfaces() {
    List<InetAddress> addresses = new ArrayList<>();
    try {
      Set<String> seen = new TreeSet<>();
      for (NetworkInterface each :
          NetworkInterface.networkInterfaces().collect(Collectors.toList())) {
        if (each.isUp()) {
          for (InetAddress address : each.inetAddresses().toList()) {
            // Without the zone of an interface's address.
            InetAddress plain = InetAddress.getByAddress(address.getAddress());
            if (seen.add(plain.getHostAddress())) {
              addresses.add(plain);
            }
          }
        }
      }
    } catch (SocketException | UnknownHostException unreadable) {
      return List.copyOf(addresses);
    }
    addresses.sort(
        (one, other) ->
            Boolean.compare(!(one instanceof Inet4Address), !(other instanceof Inet4Address)));
    return List.copyOf(addresses);
  }
}
