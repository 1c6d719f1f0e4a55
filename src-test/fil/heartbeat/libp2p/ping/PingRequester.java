package fil.heartbeat.libp2p.ping;

import java.util.OptionalLong;

/** The requesting side of ping: one block of 32 random bytes, the time until its echo. */
final class PingRequester {

  /** The echo differs from what was sent. */
  static final class WrongEchoException extends Exception {
    private static final long serialVersionUID = 1L;

    WrongEchoException(String message) {
      super(message);
    }
  }

  private final byte[] block;
  private final long sentNanos;
  private int matched;

  /**
   * @param block the 32 bytes to send
   */
  PingRequester(byte[] block, long nowNanos) {
    if (block.length != PingResponder.BLOCK) {
      throw new IllegalArgumentException(
          "block of " + block.length + " bytes (expected: " + PingResponder.BLOCK + ")");
    }
    this.block = block.clone();
    this.sentNanos = nowNanos;
  }

  /**
   * Takes bytes, split in any way.
   *
   * @return the round trip in nanoseconds once the echo is whole
   */
  OptionalLong receive(byte[] bytes, int offset, int length, long nowNanos)
      throws WrongEchoException {
    for (int i = offset; i < offset + length; i++) {
      if (matched == block.length || bytes[i] != block[matched]) {
        throw new WrongEchoException("echo differs at byte " + matched);
      }
      matched++;
    }
    return matched == block.length ? OptionalLong.of(nowNanos - sentNanos) : OptionalLong.empty();
  }
}
