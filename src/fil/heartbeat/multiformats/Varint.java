package fil.heartbeat.multiformats;

import java.util.Arrays;

/** Unsigned varints: 7 bits a byte, least significant first, minimal, at most 9 bytes. */
public final class Varint {

  /** Bytes of the longest varint; 9 × 7 bits are all of 2^63-1. */
  public static final int MAX_BYTES = 9;

  private Varint() {}

  /** A value and the offset after it. */
  public record Read(long value, int next) {}

  /**
   * Encodes a value of 0 to 2^63-1.
   *
   * @throws IllegalArgumentException when the value is negative
   */
  public static byte[] encode(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("varint: " + value + " (expected: 0 to 2^63-1)");
    }
    byte[] buffer = new byte[MAX_BYTES];
    int length = 0;
    long rest = value;
    do {
      long low = rest & 0x7f;
      rest >>>= 7;
      buffer[length++] = (byte) (rest == 0 ? low : low | 0x80);
    } while (rest != 0);
    return Arrays.copyOf(buffer, length);
  }

  /**
   * Reads at an offset.
   *
   * @throws IllegalArgumentException when cut short, not minimal or above 2^63-1
   */
  public static Read read(byte[] bytes, int offset) {
    long value = 0;
    for (int i = 0; i < MAX_BYTES; i++) {
      int at = offset + i;
      if (at < 0 || at >= bytes.length) {
        throw new IllegalArgumentException(
            "varint at " + offset + ": cut short after " + i + " bytes (expected: a last byte)");
      }
      byte next = bytes[at];
      value |= (next & 0x7fL) << (7 * i);
      if (next >= 0) {
        if (next == 0 && i > 0) {
          throw new IllegalArgumentException(
              "varint at " + offset + ": ends in a zero byte (expected: the shortest form)");
        }
        return new Read(value, at + 1);
      }
    }
    throw new IllegalArgumentException(
        "varint at " + offset + ": longer than 9 bytes (expected: at most 2^63-1)");
  }
}
