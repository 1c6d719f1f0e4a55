package fil.heartbeat.sender;

import java.time.Duration;

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
}
