package fil.heartbeat.swarm;

import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.Stream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The link from one node to one target. Used on the swarm's context. */
final class NodeLink {
  /** A connection that lasted this long was a good one: the next wait is short again. */
  private static final long GOOD_NANOS = Duration.ofSeconds(10).toNanos();

  /** A beat without the optional members says that those of the last one with them still hold. */
  private static final long FULL_NANOS = Duration.ofSeconds(30).toNanos();

  private static final long NONE = -1;

  private final VirtualNode node;
  private final Multiaddr target;
  private final BeatGate gate;
  private @Nullable Stream stream;
  private long connectedNanos;
  private int failures;
  private boolean churning;
  private long fullNanos;
  private long fullHeight = NONE;

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
    fullHeight = NONE;
    gate.connected();
  }

  /**
   * Whether the beat now has the optional members, as a sender's: the first of a stream, with a new
   * head, since base fee and finality change with it, and else each 30 s.
   */
  boolean takesFull(long height, long nowNanos) {
    if (height == fullHeight && nowNanos - fullNanos < FULL_NANOS) {
      return false;
    }
    fullHeight = height;
    fullNanos = nowNanos;
    return true;
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
