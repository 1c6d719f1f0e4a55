package fil.heartbeat.libp2p;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * How to reach a peer.
 *
 * @param timeout for everything: name lookup, connect, upgrade and stream negotiation
 * @param pingAfter ask for a sign of life after this time without inbound bytes; it applies to a
 *     connection that this call dials, or tightens the one it finds
 * @param deadAfter close the connection when nothing at all arrived for this long
 * @param progress called with each step that a dial of this call reaches, on any thread; not called
 *     for a connection that exists already or a dial that another call began
 */
public record DialOptions(
    Duration timeout, Duration pingAfter, Duration deadAfter, Consumer<DialStep> progress) {

  /** 10 s to dial, keep-alive of the host's own limits (30 s, 50 s). */
  public static final DialOptions DEFAULT =
      new DialOptions(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(50));

  /** Without progress. */
  public DialOptions(Duration timeout, Duration pingAfter, Duration deadAfter) {
    this(timeout, pingAfter, deadAfter, step -> {});
  }

  /**
   * @throws IllegalArgumentException when the timeout is not above 0 or {@code deadAfter} not above
   *     {@code pingAfter}
   */
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
