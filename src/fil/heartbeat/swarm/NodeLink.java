package fil.heartbeat.swarm;

import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.Stream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One node's way to one target. Lives on the swarm's context. */
final class NodeLink {
  /** A connection that lasted so long was a good one, and the next wait is short again. */
  private static final long GOOD_NANOS = Duration.ofSeconds(10).toNanos();

  private final VirtualNode node;
  private final Multiaddr target;
  private final BeatGate gate;
  private @Nullable Stream stream;
  private long connectedNanos;
  private int failures;
  private boolean churning;

  NodeLink(VirtualNode node, Multiaddr target, BeatGate gate) {
    this.node = node;
    this.target = target;
    this.gate = gate;
  }

  VirtualNode node() {
    return node;
  }

  Multiaddr target() {
    return target;
  }

  BeatGate gate() {
    return gate;
  }

  /** What it beats on; null while it is not connected. */
  @Nullable Stream stream() {
    return stream;
  }

  void connected(Stream opened, long nowNanos) {
    stream = opened;
    connectedNanos = nowNanos;
    gate.connected();
  }

  /** A dial failed; returns the failures in a row. */
  int failed() {
    return ++failures;
  }

  /** The stream ended; returns the failures in a row. */
  int disconnected(long nowNanos) {
    stream = null;
    churning = false;
    gate.disconnected();
    if (nowNanos - connectedNanos >= GOOD_NANOS) {
      failures = 0;
    }
    return ++failures;
  }

  /** Disconnects on purpose; false when there is no connection to end. */
  boolean churn() {
    Stream current = stream;
    if (current == null || churning) {
      return false;
    }
    churning = true;
    current.closeConnection();
    return true;
  }

  boolean isChurning() {
    return churning;
  }
}
