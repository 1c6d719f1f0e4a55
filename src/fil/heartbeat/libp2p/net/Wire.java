package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Multiaddr;
import java.util.function.Consumer;

/** An open socket, used by its owner on the loop. It delivers nothing before {@link #resume}. */
interface Wire {

  /**
   * Sets the receiver of bytes from now on, and the action that runs once when the socket is
   * closed.
   */
  void owner(Consumer<byte[]> onBytes, Runnable onClosed);

  /**
   * Queues bytes.
   *
   * @param done called on the loop with whether the socket accepted them
   */
  void write(byte[] bytes, Consumer<Boolean> done);

  /** Stops reading from the socket. */
  void pause();

  void resume();

  /** Closes at once; bytes that the socket has not accepted are lost. Idempotent. */
  void abort();

  /** Returns the remote address, without peer id. */
  Multiaddr remoteAddress();

  /** Returns the local address. */
  Multiaddr localAddress();
}
