package fil.heartbeat.libp2p;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Receives the events of an inbound stream. Calls come one after another on one event loop of the
 * host and must not block; an exception thrown here resets the stream.
 */
public interface StreamListener {

  /**
   * Bytes arrived. They count as consumed, and credit goes back to the peer, when this returns
   * (unless the stream is paused). The buffer is valid only during the call.
   */
  void onData(ByteBuffer bytes);

  /** The peer will send no more (FIN); the outbound direction is still open. */
  default void onRemoteClose() {}

  /**
   * The stream ended; called exactly once, last.
   *
   * @param cause null when both directions ended regularly
   */
  default void onClosed(@Nullable Libp2pException cause) {}
}
