package fil.heartbeat.libp2p.ping;

import org.jspecify.annotations.Nullable;

/**
 * The answering side of {@code /ipfs/ping/1.0.0}: echoes 32-byte blocks until the peer closes, at
 * most {@link #MAX_BLOCKS_PER_SECOND}. Spec: libp2p ping.
 */
public final class PingResponder {

  public static final String PROTOCOL = "/ipfs/ping/1.0.0";
  public static final int BLOCK = 32;
  public static final int MAX_BLOCKS_PER_SECOND = 10;

  /** Blocks that may come at once before the rate counts. */
  static final int BURST = 64;

  private static final double NANOS_PER_SECOND = 1e9;

  private final byte[] partial = new byte[BLOCK];
  private int size;
  private double tokens = BURST;
  private long lastNanos;

  public PingResponder(long nowNanos) {
    this.lastNanos = nowNanos;
  }

  /**
   * Takes bytes in any cut.
   *
   * @return the whole blocks to echo; null when the peer exceeds the rate and the stream is to be
   *     reset
   */
  public byte @Nullable [] receive(byte[] bytes, int offset, int length, long nowNanos) {
    tokens =
        Math.min(BURST, tokens + (nowNanos - lastNanos) / NANOS_PER_SECOND * MAX_BLOCKS_PER_SECOND);
    lastNanos = nowNanos;
    int blocks = (size + length) / BLOCK;
    if (blocks > tokens) {
      return null;
    }
    tokens -= blocks;
    byte[] echo = new byte[blocks * BLOCK];
    int fromPartial = Math.min(size, echo.length);
    System.arraycopy(partial, 0, echo, 0, fromPartial);
    int fresh = echo.length - fromPartial;
    System.arraycopy(bytes, offset, echo, fromPartial, fresh);
    int left = length - fresh;
    int kept = size - fromPartial;
    System.arraycopy(bytes, offset + fresh, partial, kept, left);
    size = kept + left;
    return echo;
  }
}
