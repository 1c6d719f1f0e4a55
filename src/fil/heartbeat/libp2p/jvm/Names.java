package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.host.TcpTarget;
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
 * Resolves a multiaddr to socket addresses. The library would look names up on an event loop.
 * {@code /dnsaddr} is not supported: with this implementation a target names a host.
 */
final class Names {
  /** Limit of addresses that one dial tries. */
  private static final int MAX_ADDRESSES = 32;

  /** A resolver that takes longer is broken; the dial has its own deadline. */
  private static final long TIMEOUT_SECONDS = 5;

  private final Vertx vertx;

  Names(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Returns the socket addresses of a target, at least one; fails with {@link Libp2pException}. */
  Future<List<InetSocketAddress>> resolve(Multiaddr target) {
    return TcpTarget.of(target)
        .map(tcp -> resolve(target, tcp))
        .orElseGet(() -> Future.failedFuture(unusable(target)));
  }

  private Future<List<InetSocketAddress>> resolve(Multiaddr target, TcpTarget tcp) {
    return switch (tcp.protocol()) {
      case "ip4", "ip6" -> literal(target, tcp);
      case "dns" -> lookUp(target, tcp.host(), InetAddress.class, tcp.port());
      case "dns4" -> lookUp(target, tcp.host(), Inet4Address.class, tcp.port());
      case "dns6" -> lookUp(target, tcp.host(), Inet6Address.class, tcp.port());
      default -> Future.failedFuture(unusable(target));
    };
  }

  private static Future<List<InetSocketAddress>> literal(Multiaddr target, TcpTarget tcp) {
    try {
      return Future.succeededFuture(List.of(new InetSocketAddress(tcp.ip(), tcp.port())));
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
