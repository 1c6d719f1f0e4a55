package fil.heartbeat.sender;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** An open heartbeat stream. */
public interface HeartbeatStream {

  /**
   * Blocks until the peer's window covered the frame and the socket accepted it. After the timeout
   * the connection is closed, so that the thread is released.
   *
   * @throws TransportException with a code
   */
  void write(byte[] frame, Duration timeout);

  /** Completes when the stream ended regularly; fails with {@link TransportException} otherwise. */
  CompletionStage<Void> closed();

  /** Closes the connection that carries the stream. Idempotent, does not block. */
  void closeConnection();
}
