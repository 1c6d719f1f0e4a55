package fil.heartbeat.interop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/**
 * A free port of 127.0.0.1 for a program that is to come back where it was. The system gives it to
 * nobody else meanwhile, since it is bound; whoever names it can listen on it, since it does not
 * listen; and whoever dials it while nobody does is refused.
 */
record HeldPort(SocketChannel socket, int number) implements AutoCloseable {
  static HeldPort take() throws IOException {
    SocketChannel socket =
        SocketChannel.open(StandardProtocolFamily.INET)
            .setOption(StandardSocketOptions.SO_REUSEADDR, true)
            .bind(new InetSocketAddress("127.0.0.1", 0));
    return new HeldPort(socket, ((InetSocketAddress) socket.getLocalAddress()).getPort());
  }

  /** As a multiaddr to listen on. */
  String multiaddr() {
    return "/ip4/127.0.0.1/tcp/" + number;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
