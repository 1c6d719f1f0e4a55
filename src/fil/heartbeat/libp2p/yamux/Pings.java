package fil.heartbeat.libp2p.yamux;

import static fil.heartbeat.libp2p.yamux.FrameHeader.ACK;
import static fil.heartbeat.libp2p.yamux.FrameHeader.PING;
import static fil.heartbeat.libp2p.yamux.FrameHeader.SYN;

/**
 * The pings of a session in both directions: at most one own ping outstanding, and a rate limit for
 * the peer's. A ping that arrives too early waits here, and the bytes after it wait unread, so that
 * a peer that pings without pause is slowed down and nothing piles up.
 */
final class Pings {
  /**
   * Pings answered at once; a peer that pings at the start, for round trips and for keep-alive
   * stays far below.
   */
  static final int BURST = 64;

  /** The result for an answer that matches no ping of this side. */
  static final long IGNORED = -1;

  private static final double NANOS_PER_SECOND = 1e9;
  private static final long MAX_VALUE = 0xffff_ffffL;

  private final YamuxLimits limits;
  private final FrameOutput output;
  private double tokens = BURST;
  private long lastNanos;
  private boolean started;
  private int pendingPongs;
  private boolean held;
  private long heldEcho;
  private long value;
  private long sentNanos = Long.MIN_VALUE;

  Pings(YamuxLimits limits, FrameOutput output) {
    this.limits = limits;
    this.output = output;
  }

  boolean send(long nowNanos) {
    if (sentNanos != Long.MIN_VALUE) {
      return false;
    }
    value = value + 1 & MAX_VALUE;
    sentNanos = nowNanos;
    output.frame(PING, SYN, 0, value);
    return true;
  }

  long sentNanos() {
    return sentNanos;
  }

  /** Answers the peer's ping or holds it; must not be called while one is held. */
  void onPing(long echo, long nowNanos) {
    if (started) {
      tokens = Math.min(BURST, tokens + earned(nowNanos));
    }
    started = true;
    lastNanos = nowNanos;
    held = tokens < 1 || pendingPongs >= limits.maxPendingPongs();
    if (held) {
      heldEcho = echo;
    } else {
      tokens--;
      pendingPongs++;
      output.frame(PING, ACK, 0, echo);
    }
  }

  private double earned(long nowNanos) {
    return (nowNanos - lastNanos) / NANOS_PER_SECOND * limits.maxPingsPerSecond();
  }

  boolean isHeld() {
    return held;
  }

  /** Answers the held ping if it is due. */
  void resume(long nowNanos) {
    if (held) {
      onPing(heldEcho, nowNanos);
    }
  }

  /** Returns how long the held ping must still wait; 0 when it waits only for the output. */
  long waitNanos(long nowNanos) {
    double missing = 1 - tokens - earned(nowNanos);
    return !held || missing <= 0
        ? 0
        : (long) Math.ceil(missing / limits.maxPingsPerSecond() * NANOS_PER_SECOND);
  }

  /** Returns the round trip in nanoseconds, or {@link #IGNORED} when it matches no ping. */
  long onPong(long echo, long nowNanos) {
    if (sentNanos == Long.MIN_VALUE || echo != value) {
      return IGNORED;
    }
    long roundTrip = nowNanos - sentNanos;
    sentNanos = Long.MIN_VALUE;
    return roundTrip;
  }

  void onOutputTaken() {
    pendingPongs = 0;
  }

  /** For tests: whether the invariants hold. */
  boolean isSound() {
    return pendingPongs <= limits.maxPendingPongs() && tokens >= 0 && tokens <= BURST;
  }
}
