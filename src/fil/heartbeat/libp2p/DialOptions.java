package fil.heartbeat.libp2p;

import java.time.Duration;

/**
 * How to reach a peer.
 *
 * @param timeout for everything: name lookup, connect, upgrade and stream negotiation
 * @param pingAfter ask for a sign of life after this time without inbound bytes; it applies to a
 *     connection that this call dials, or tightens the one it finds
 * @param deadAfter close the connection when nothing at all arrived for this long
 */
public record DialOptions(Duration timeout, Duration pingAfter, Duration deadAfter) {

  /** 10 s to dial, keep-alive of the host's own limits (30 s, 50 s). */
  public static final DialOptions DEFAULT =
      new DialOptions(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(50));

  public DialOptions {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout: " + timeout + " (expected: above 0)");
    }
    if (deadAfter.compareTo(pingAfter) <= 0) {
      throw new IllegalArgumentException(
          "deadAfter: " + deadAfter + " (expected: above pingAfter " + pingAfter + ")");
    }
  }
}
