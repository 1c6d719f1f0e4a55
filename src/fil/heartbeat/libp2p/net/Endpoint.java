package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Multiaddr;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A destination of a TCP connect. */
record Endpoint(InetAddress address, int port) {

  InetSocketAddress socketAddress() {
    return new InetSocketAddress(address, port);
  }

  Multiaddr multiaddr() {
    return Multiaddr.ofSocket(address.getHostAddress(), port);
  }

  @Override
  public String toString() {
    return multiaddr().toString();
  }
}
