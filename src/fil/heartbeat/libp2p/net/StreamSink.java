package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Libp2pException;
import org.jspecify.annotations.Nullable;

/**
 * Receives the events of one stream: first its negotiation, then the stream itself. Called on the
 * loop.
 */
interface StreamSink {

  /**
   * Bytes arrived, valid only during the call; the sink must return their credit to the session.
   */
  void onData(byte[] bytes, int offset, int length);

  /** The peer ended its direction. */
  void onRemoteClose();

  /** All bytes written up to this mark are in the session's output. */
  void onWritten(long mark);

  /**
   * The session removed the stream.
   *
   * @param cause null when both directions ended regularly
   */
  void onGone(@Nullable Libp2pException cause);
}
