package fil.heartbeat.testing;

import fil.heartbeat.libp2p.Multiaddr;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A port of 127.0.0.1 that is a test's own: bound, so that no other process is given it, and never
 * listening, so that it refuses. A server that reuses addresses, as all of ours do, may listen
 * there meanwhile: Linux asks no more than that both reuse and only one listens.
 */
public final class HeldPort implements AutoCloseable {
  private final Socket socket = new Socket();

  public HeldPort() {
    try {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  public int port() {
    return socket.getLocalPort();
  }

  /** Where a host listens or is dialled, without peer id. */
  public Multiaddr address() {
    return Multiaddr.ofSocket("127.0.0.1", port());
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }
}
