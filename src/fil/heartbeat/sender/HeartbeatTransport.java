package fil.heartbeat.sender;

import java.time.Duration;
import java.util.Optional;

/**
 * The transport of a heartbeat verticle. Calls block: make them on a worker thread, never on an
 * event loop.
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
   * Returns the peer id that targets see, when the transport has one. Transports with the same id
   * count as one identity; one without an id is an identity of its own.
   */
  default Optional<String> localPeerId() {
    return Optional.empty();
  }
}
