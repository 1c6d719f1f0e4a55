package fil.heartbeat.libp2p.yamux;

import static fil.heartbeat.libp2p.yamux.FrameHeader.ACK;
import static fil.heartbeat.libp2p.yamux.FrameHeader.PING;
import static fil.heartbeat.libp2p.yamux.FrameHeader.SYN;

/** Pings of a session, both ways: at most one of ours outstanding, and a rate for the peer's. */
final class Pings {
  /** A peer that pings at start, for round trips and for keep-alive at once stays far below. */
  static final int BURST = 64;

  /** What a ping of the peer, or an answer to ours, came to. */
  static final long IGNORED = -1;

  private static final double NANOS_PER_SECOND = 1e9;
  private static final long MAX_VALUE = 0xffff_ffffL;

  private final YamuxLimits limits;
  private final FrameOutput output;
  private double tokens = BURST;
  private long lastNanos;
  private boolean started;
  private int pendingPongs;
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

  /** Answers the peer's ping; false when the output is not taken and full of answers. */
  boolean onPing(long echo, long nowNanos) throws YamuxException {
    if (started) {
      double earned = (nowNanos - lastNanos) / NANOS_PER_SECOND * limits.maxPingsPerSecond();
      tokens = Math.min(BURST, tokens + earned);
    }
    started = true;
    lastNanos = nowNanos;
    if (tokens < 1) {
      throw new YamuxException(
          "ping-rate",
          "more pings than expected: at most "
              + limits.maxPingsPerSecond()
              + " a second after the first "
              + BURST);
    }
    tokens--;
    if (pendingPongs >= limits.maxPendingPongs()) {
      return false;
    }
    pendingPongs++;
    output.frame(PING, ACK, 0, echo);
    return true;
  }

  /** The round trip, or {@link #IGNORED} when nobody asked. */
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

  /** For tests: what must hold between any two calls. */
  boolean isSound() {
    return pendingPongs <= limits.maxPendingPongs() && tokens >= 0 && tokens <= BURST;
  }
}
