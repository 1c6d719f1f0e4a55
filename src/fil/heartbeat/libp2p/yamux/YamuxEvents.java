package fil.heartbeat.libp2p.yamux;

/**
 * The events of a session for its owner, in order, while it processes bytes. The owner may call the
 * session from here (write, reset, consume), not {@link YamuxSession#receive}.
 */
public interface YamuxEvents {

  /**
   * Whether the owner accepts one more stream of the peer; called before anything is allocated for
   * it.
   */
  default boolean admitsStream() {
    return true;
  }

  /**
   * The peer opened a stream; it is accepted (ACK queued) unless the owner resets it from here.
   * Refusal by a limit happens before, without this call. Ids arrive in any order, and the id of an
   * ended stream may be used again.
   */
  void onStream(int streamId);

  /**
   * Bytes for a stream arrived; the array is valid only during the call. Credit goes back when the
   * owner calls {@link YamuxSession#consumed}.
   */
  void onData(int streamId, byte[] bytes, int offset, int length);

  /** The peer ended its direction. */
  void onRemoteClose(int streamId);

  /** The peer reset the stream; it is gone. {@code code} is 0 when none was sent. */
  void onReset(int streamId, long code);

  /**
   * All bytes written to the stream up to and including the write that returned this mark have been
   * covered by the peer's window and leave with the next {@link YamuxSession#takeOutput}.
   */
  void onWritten(int streamId, long mark);

  /** Both directions ended regularly; the stream is gone. */
  void onClosed(int streamId);

  /** A ping of this side was answered. */
  void onPong(long roundTripNanos);

  /** The peer sent GO_AWAY: no new streams; the owner closes the connection. */
  void onGoAway(long code);
}
