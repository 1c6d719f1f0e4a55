package fil.heartbeat.libp2p;

import java.util.concurrent.CompletionStage;

/** One negotiated, bidirectional, flow-controlled stream to a peer. Thread-safe. */
public interface Stream {

  /** Who is on the other side, as the handshake proved it. */
  PeerId remotePeer();

  /** The socket address of the other side, without {@code /p2p/}. */
  Multiaddr remoteAddress();

  /** The protocol id that was agreed. */
  String protocol();

  /**
   * Writes after everything written before.
   *
   * @return done when the peer's window covered all bytes and the socket took them; fails with
   *     {@link Libp2pException} when the stream or its connection ends first. The array is not to
   *     be changed afterwards.
   */
  CompletionStage<Void> write(byte[] bytes);

  /** Ends our direction (FIN) after what was written; reading goes on. Idempotent. */
  void closeWrite();

  /** Ends both directions at once (RST); what was not sent is dropped. Idempotent. */
  void reset();

  /**
   * As {@link #reset}, because the peer broke a rule of the stream's protocol that no honest peer
   * breaks: counted by reason, the first of a peer is told to the operator, and a peer that does it
   * too often is refused for a while.
   *
   * @param reason a short stable word for counters
   * @param detail what the peer did and what was expected, fit for a log line
   */
  default void violated(String reason, String detail) {
    reset();
  }

  /**
   * As {@link #reset}, because the stream's time or place is up and not because the peer broke a
   * rule: counted by reason, and not held against the peer. Idempotent.
   *
   * @param reason a short stable word for counters
   */
  void expire(String reason);

  /**
   * As {@link #expire}, because a newer stream of the same peer is there: the peer is told so, as
   * it may not know that its key is used elsewhere.
   *
   * @param reason a short stable word for counters
   */
  default void supplant(String reason) {
    expire(reason);
  }

  /**
   * Says how many bytes that arrived the listener keeps, since they are no whole message yet; 0
   * when it keeps none. They count with all else that peers sent and nobody took, and when that is
   * too much the stream may be ended with {@link Libp2pException.Code#LIMIT}, which is not held
   * against the peer. To be called from the listener.
   */
  void buffered(int bytes);

  /**
   * For how many nanoseconds so far nothing was read from the connection, since its peer was slowed
   * down: what the peer had sent by then could not arrive. It only rises. Any thread.
   */
  default long unreadNanos() {
    return 0;
  }

  /** Stops delivery to the listener; the peer may send at most one window more. */
  void pause();

  /** Resumes delivery. */
  void resume();

  /**
   * Done when both directions ended in order; fails with {@link Libp2pException} when the stream
   * was reset or its connection ended. The same stage at each call.
   */
  CompletionStage<Void> closed();

  /** Closes the whole connection that carries this stream, and so all its other streams. */
  void closeConnection();
}
