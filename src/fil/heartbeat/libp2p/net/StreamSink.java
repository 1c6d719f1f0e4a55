package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Libp2pException;
import org.jspecify.annotations.Nullable;

/** Who takes what happens on one stream: first its negotiation, then the stream. On the loop. */
interface StreamSink {

  /** Bytes to read during the call only; the sink owes the session credit for them. */
  void onData(byte[] bytes, int offset, int length);

  /** The peer ended its direction. */
  void onRemoteClose();

  /** Everything written up to this mark is in the session's output. */
  void onWritten(long mark);

  /**
   * The stream is gone in the session.
   *
   * @param cause null when both directions ended in order
   */
  void onGone(@Nullable Libp2pException cause);
}
