package fil.heartbeat.libp2p;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How to reach a peer.
 *
 * @param timeout for everything: name lookup, connect, upgrade and stream negotiation
 * @param pingAfter send a ping after this time without inbound bytes; applies to a connection that
 *     this call dials, and tightens the limit of one it finds
 * @param deadAfter close the connection when nothing at all arrived for this long
 * @param progress called with each step that a dial of this call reaches, on any thread; not called
 *     for a connection that exists already or a dial that another call started
 * @param source the local address that the connection comes from, for a machine that has several;
 *     empty lets the system choose. Applies to a connection that this call dials
 */
public record DialOptions(
    Duration timeout,
    Duration pingAfter,
    Duration deadAfter,
    Consumer<DialStep> progress,
    Optional<InetAddress> source) {

  /** 10 s to dial, and the host's default keep-alive (30 s, 50 s). */
  public static final DialOptions DEFAULT =
      new DialOptions(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(50));

  /** Creates options without a progress listener. */
  public DialOptions(Duration timeout, Duration pingAfter, Duration deadAfter) {
    this(timeout, pingAfter, deadAfter, step -> {});
  }

  /** Creates options with a progress listener. */
  public DialOptions(
      Duration timeout, Duration pingAfter, Duration deadAfter, Consumer<DialStep> progress) {
    this(timeout, pingAfter, deadAfter, progress, Optional.empty());
  }

  /** Returns a copy with a source address. */
  public DialOptions from(InetAddress local) {
    return new DialOptions(timeout, pingAfter, deadAfter, progress, Optional.of(local));
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
