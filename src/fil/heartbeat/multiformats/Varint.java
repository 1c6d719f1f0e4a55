package fil.heartbeat.multiformats;

/** Unsigned varints: 7 bits a byte, least significant first, minimal, at most 9 bytes. */
public final class Varint {
  private Varint() {}

  /** The value and the offset behind it. */
  public record Read(long value, int next) {}

  /** Appends-style encoding of a value of 0 to 2^63-1. */
  public static byte[] encode(long value) {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads at an offset.
   *
   * @throws IllegalArgumentException when cut short, not minimal or above 2^63-1
   */
  public static Read read(byte[] bytes, int offset) {
    throw new UnsupportedOperationException();
  }
}
