package fil.heartbeat.libp2p.ping;

/**
 * The answering side of {@code /ipfs/ping/1.0.0}: echoes 32-byte blocks until the peer closes, at
 * most {@link #MAX_BLOCKS_PER_SECOND}. Spec: libp2p ping.
 */
public final class PingResponder {

  public static final String PROTOCOL = "/ipfs/ping/1.0.0";
  public static final int BLOCK = 32;
  public static final int MAX_BLOCKS_PER_SECOND = 10;

  public PingResponder(long nowNanos) {}

  /**
   * Takes bytes in any cut.
   *
   * @return the whole blocks to echo; null when the peer exceeds the rate and the stream is to be
   *     reset
   */
  public byte @org.jspecify.annotations.Nullable [] receive(
      byte[] bytes, int offset, int length, long nowNanos) {
    throw new UnsupportedOperationException();
  }
}
