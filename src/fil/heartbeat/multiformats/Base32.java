package fil.heartbeat.multiformats;

import java.io.ByteArrayOutputStream;

/** RFC 4648 base32, lower case, no padding, canonical (unused bits are zero). */
public final class Base32 {
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

  private Base32() {}

  /** Encodes bytes in lower case, without padding. */
  public static String encode(byte[] bytes) {
    StringBuilder text = new StringBuilder((bytes.length * 8 + 4) / 5);
    int buffer = 0;
    int bits = 0;
    for (byte next : bytes) {
      buffer = (buffer << 8) | (next & 0xff);
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        text.append(ALPHABET.charAt((buffer >>> bits) & 31));
      }
      buffer &= 31;
    }
    if (bits > 0) {
      text.append(ALPHABET.charAt((buffer << (5 - bits)) & 31));
    }
    return text.toString();
  }

  /**
   * @throws IllegalArgumentException that names the bad character or length
   */
  public static byte[] decode(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int buffer = 0;
    int bits = 0;
    for (int at = 0; at < text.length(); at++) {
      int digit = ALPHABET.indexOf(text.charAt(at));
      if (digit < 0) {
        throw new IllegalArgumentException(
            "base32: character "
                + Base58.shown(text.charAt(at))
                + " at "
                + at
                + " (expected: a to z and 2 to 7, lower case, no padding)");
      }
      buffer = ((buffer << 5) | digit) & 0xfff;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes.write(buffer >>> bits);
      }
    }
    if (bits >= 5) {
      throw new IllegalArgumentException(
          "base32: "
              + text.length()
              + " characters (expected: a length that ends on a byte, not 1, 3 or 6 above eights)");
    }
    if ((buffer & ((1 << bits) - 1)) != 0) {
      throw new IllegalArgumentException(
          "base32: bits left over in the last character "
              + Base58.shown(text.charAt(text.length() - 1))
              + " (expected: zero bits)");
    }
    return bytes.toByteArray();
  }
}
