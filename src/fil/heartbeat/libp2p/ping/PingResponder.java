package fil.heartbeat.libp2p.ping;

/**
 * The answering side of {@code /ipfs/ping/1.0.0}: echoes 32-byte blocks as they arrive, until the
 * peer closes. Spec: libp2p ping.
 *
 * <p>Stock peers can be configured to ping without a pause, so too many pings are slowed down and
 * never refused: the credit of blocks goes back at {@link #MAX_BLOCKS_PER_SECOND} after a burst,
 * and the stream's window sets the pace.
 */
public final class PingResponder {

  /** The protocol id. */
  public static final String PROTOCOL = "/ipfs/ping/1.0.0";

  /** Bytes of a ping, and of its echo. */
  public static final int BLOCK = 32;

  /** Pings that are echoed without a pause. */
  public static final int MAX_BLOCKS_PER_SECOND = 10;

  /** Blocks that may arrive at once before the rate applies. */
  static final int BURST = 64;

  private static final double NANOS_PER_SECOND = 1e9;

  private final byte[] partial = new byte[BLOCK];
  private int size;
  private long owed;
  private double tokens = BURST;
  private long lastNanos;

  /**
   * @param nowNanos the time now, on the clock that later calls use
   */
  public PingResponder(long nowNanos) {
    this.lastNanos = nowNanos;
  }

  /**
   * Takes bytes, split in any way.
   *
   * @return the whole blocks to echo
   */
  public byte[] receive(byte[] bytes, int offset, int length) {
    owed += length;
    byte[] echo = new byte[(size + length) / BLOCK * BLOCK];
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

  /** Takes the credit, in bytes, that may go back to the peer now; each byte is credited once. */
  public int takeCredit(long nowNanos) {
    double earned = (nowNanos - lastNanos) / NANOS_PER_SECOND * MAX_BLOCKS_PER_SECOND;
    tokens = Math.min(BURST, tokens + earned);
    lastNanos = nowNanos;
    int credit = (int) Math.min(owed, (long) (tokens * BLOCK));
    tokens -= (double) credit / BLOCK;
    owed -= credit;
    return credit;
  }

  /** Whether credit is held back until its time. */
  public boolean isOwing() {
    return owed > 0;
  }
}
