package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Multiaddr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A destination of a TCP connect.
 *
 * @param source the local address to connect from; empty lets the system choose
 */
record Endpoint(InetAddress address, int port, Optional<InetAddress> source) {

  Endpoint(InetAddress address, int port) {
    this(address, port, Optional.empty());
  }

  Endpoint from(Optional<InetAddress> local) {
    return new Endpoint(address, port, local);
  }

  InetSocketAddress socketAddress() {
    return new InetSocketAddress(address, port);
  }

  Multiaddr multiaddr() {
    return Multiaddr.ofSocket(address.getHostAddress(), port);
  }

  @Override
  public String toString() {
    return multiaddr() + source.map(local -> " from " + local.getHostAddress()).orElse("");
  }
}
