package fil.heartbeat.swarm;

import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.Stream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The link from one node to one target. Used on the swarm's context. */
final class NodeLink {
  /** A connection that lasted this long was a good one: the next wait is short again. */
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

  /** Returns the stream of its beats; null while it is not connected. */
  @Nullable Stream stream() {
    return stream;
  }

  void connected(Stream opened, long nowNanos) {
    stream = opened;
    connectedNanos = nowNanos;
    gate.connected();
  }

  /** Notes a failed dial; returns the failures in a row. */
  int failed() {
    return ++failures;
  }

  /** Notes that the stream ended; returns the failures in a row. */
  int disconnected(long nowNanos) {
    stream = null;
    churning = false;
    gate.disconnected();
    if (nowNanos - connectedNanos >= GOOD_NANOS) {
      failures = 0;
    }
    return ++failures;
  }

  /** Disconnects on purpose; returns false when there is no connection. */
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
