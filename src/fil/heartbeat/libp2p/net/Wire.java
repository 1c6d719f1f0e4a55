package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Multiaddr;
import java.util.function.Consumer;

/** An open socket, as its owner on the loop sees it. It delivers nothing before {@link #resume}. */
interface Wire {

  /** Sets the receiver of bytes, from now on, and what runs once when the socket is closed. */
  void owner(Consumer<byte[]> onBytes, Runnable onClosed);

  /**
   * Queues bytes.
   *
   * @param done told on the loop whether the socket took them
   */
  void write(byte[] bytes, Consumer<Boolean> done);

  /** Stops reading from the socket. */
  void pause();

  void resume();

  /** Closes at once; what the socket has not taken is lost. Idempotent. */
  void abort();

  /** The other side, without peer id. */
  Multiaddr remoteAddress();

  /** Our side of the socket. */
  Multiaddr localAddress();
}
