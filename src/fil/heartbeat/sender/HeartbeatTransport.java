package fil.heartbeat.sender;

import java.time.Duration;
import java.util.Optional;

/**
 * What a heartbeat verticle writes to. Calls block: make them on a worker thread, never on an event
 * loop.
 */
public interface HeartbeatTransport {

  /**
   * Dials the target and opens a heartbeat stream.
   *
   * @param multiaddr ends in {@code /p2p/<peer id>}
   * @param timeout for everything from name lookup to the agreed protocol
   * @throws TransportException with a code
   */
  HeartbeatStream open(String multiaddr, Duration timeout);

  /**
   * The peer id that targets see, when the transport has one. Transports that tell the same id are
   * one identity; one that tells none is an identity of its own.
   */
  default Optional<String> localPeerId() {
    return Optional.empty();
  }
}
