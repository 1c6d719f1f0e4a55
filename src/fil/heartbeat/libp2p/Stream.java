package fil.heartbeat.libp2p;

import java.util.concurrent.CompletionStage;

/** One negotiated, bidirectional, flow-controlled stream to a peer. Thread-safe. */
public interface Stream {

  /** The remote peer, as the handshake proved it. */
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
   * breaks: counted by reason, the first of each peer is logged, and a peer that does it too often
   * is refused for {@link HostConfig.Penalty#penalty}.
   *
   * @param reason a short stable word for counters
   * @param detail what the peer did and what was expected, fit for a log line
   */
  default void violated(String reason, String detail) {
    reset();
  }

  /**
   * As {@link #reset}, because the stream ran out of time or lost its place, not because the peer
   * broke a rule: counted by reason, without a penalty. Idempotent.
   *
   * @param reason a short stable word for counters
   */
  void expire(String reason);

  /**
   * As {@link #expire}, because a newer stream of the same peer replaces it. The reset carries a
   * code that says so, since the peer may not know that its key is used elsewhere.
   *
   * @param reason a short stable word for counters
   */
  default void supplant(String reason) {
    expire(reason);
  }

  /**
   * Reports how many received bytes the listener buffers until its message is complete; 0 when it
   * buffers none. They count against the host's budget for unprocessed bytes; when that is used up,
   * the stream may end with {@link Libp2pException.Code#LIMIT}, without a penalty. To be called
   * from the listener.
   */
  void buffered(int bytes);

  /**
   * Nanoseconds in all during which the connection was not read, to slow its peer down: what the
   * peer had sent by then could not arrive. Never decreases. Any thread.
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
