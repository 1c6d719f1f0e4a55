package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Multiaddr;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Finds out where to connect for a multiaddr. The library would look names up on an event loop.
 * {@code /dnsaddr} is not served: with this implementation a target names a host.
 */
final class Names {
  /** As many addresses as are worth trying within one dial. */
  private static final int MAX_ADDRESSES = 32;

  /** A resolver that takes longer is broken, and the dial has a deadline of its own. */
  private static final long TIMEOUT_SECONDS = 5;

  private final Vertx vertx;

  Names(Vertx vertx) {
    this.vertx = vertx;
  }

  /** The sockets of a target, at least one; fails with {@link Libp2pException}. */
  Future<List<InetSocketAddress>> resolve(Multiaddr target) {
    List<Multiaddr.Part> parts = target.withoutPeerId().parts();
    int host = !parts.isEmpty() && parts.get(0).protocol().equals("ip6zone") ? 1 : 0;
    if (parts.size() != host + 2 || !parts.get(host + 1).protocol().equals("tcp")) {
      return Future.failedFuture(unusable(target));
    }
    String zone = host == 1 ? "%" + parts.get(0).value() : "";
    int port = Integer.parseInt(parts.get(host + 1).value());
    String name = parts.get(host).value() + zone;
    return switch (parts.get(host).protocol()) {
      case "ip4", "ip6" -> literal(target, name, port);
      case "dns" -> lookUp(target, name, InetAddress.class, port);
      case "dns4" -> lookUp(target, name, Inet4Address.class, port);
      case "dns6" -> lookUp(target, name, Inet6Address.class, port);
      default -> Future.failedFuture(unusable(target));
    };
  }

  /** Where to listen. */
  static InetSocketAddress bindable(Multiaddr address) {
    List<Multiaddr.Part> parts = address.parts();
    int host = !parts.isEmpty() && parts.get(0).protocol().equals("ip6zone") ? 1 : 0;
    boolean usable =
        parts.size() == host + 2
            && parts.get(host).protocol().startsWith("ip")
            && parts.get(host + 1).protocol().equals("tcp");
    try {
      if (usable) {
        String zone = host == 1 ? "%" + parts.get(0).value() : "";
        return new InetSocketAddress(
            InetAddress.getByName(parts.get(host).value() + zone),
            Integer.parseInt(parts.get(host + 1).value()));
      }
    } catch (UnknownHostException noSuchZone) {
      usable = false;
    }
    throw new Libp2pException(
        Code.BAD_ADDRESS,
        "cannot listen on " + address + " (expected: /ip4|ip6/<address>/tcp/<port>)");
  }

  private static Future<List<InetSocketAddress>> literal(Multiaddr target, String ip, int port) {
    try {
      return Future.succeededFuture(
          List.of(new InetSocketAddress(InetAddress.getByName(ip), port)));
    } catch (UnknownHostException noSuchZone) {
      return Future.failedFuture(unresolved(target, Failures.text(noSuchZone)));
    }
  }

  private Future<List<InetSocketAddress>> lookUp(
      Multiaddr target, String name, Class<? extends InetAddress> family, int port) {
    return vertx
        .executeBlocking(() -> InetAddress.getAllByName(name), false)
        .timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .compose(
            found -> {
              List<InetSocketAddress> sockets =
                  Arrays.stream(found)
                      .filter(family::isInstance)
                      .limit(MAX_ADDRESSES)
                      .map(address -> new InetSocketAddress(address, port))
                      .toList();
              return sockets.isEmpty()
                  ? Future.failedFuture(unresolved(target, "none of its kind"))
                  : Future.succeededFuture(sockets);
            },
            cause -> Future.failedFuture(unresolved(target, Failures.text(cause))));
  }

  private static Libp2pException unresolved(Multiaddr target, String why) {
    return new Libp2pException(Code.UNRESOLVED, "no address for " + target + ": " + why);
  }

  private static Libp2pException unusable(Multiaddr target) {
    return new Libp2pException(
        Code.BAD_ADDRESS,
        "cannot dial " + target + " (expected: /ip4|ip6|dns|dns4|dns6/<host>/tcp/<port>/p2p/<id>)");
  }
}
