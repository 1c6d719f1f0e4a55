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
   * @return completes when the peer's window covered all bytes and the socket accepted them; fails
   *     with {@link Libp2pException} when the stream or its connection ends first. The array must
   *     not be changed afterwards.
   */
  CompletionStage<Void> write(byte[] bytes);

  /** Ends the outbound direction (FIN) after all written bytes; reading continues. Idempotent. */
  void closeWrite();

  /** Ends both directions at once (RST); unsent bytes are dropped. Idempotent. */
  void reset();

  /**
   * As {@link #reset}, because the peer broke a rule of the stream's protocol that no honest peer
   * breaks: it is counted by reason, the first violation of each peer is logged, and a peer with
   * too many is refused for {@link HostConfig.Penalty#penalty}.
   *
   * @param reason a short stable word for counters
   * @param detail what the peer did and what was expected, safe for a log line
   */
  default void violated(String reason, String detail) {
    reset();
  }

  /**
   * As {@link #reset}, because the stream ran out of time or was displaced, not because the peer
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
   * the stream may end with {@link Libp2pException.Code#LIMIT}, without a penalty. Must be called
   * from the listener.
   */
  void buffered(int bytes);

  /**
   * Returns the total time, in nanoseconds, during which the connection was not read in order to
   * slow its peer down: bytes sent meanwhile could not arrive. Never decreases. Any thread.
   */
  default long unreadNanos() {
    return 0;
  }

  /** Stops delivery to the listener; the peer may send at most one window more. */
  void pause();

  /** Resumes delivery. */
  void resume();

  /**
   * Completes when both directions ended regularly; fails with {@link Libp2pException} when the
   * stream was reset or its connection ended. Returns the same stage at each call.
   */
  CompletionStage<Void> closed();

  /** Closes the whole connection that carries this stream, and so all its other streams. */
  void closeConnection();
}
