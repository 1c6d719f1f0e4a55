package fil.heartbeat.multiformats;

import java.util.Arrays;

/** base58btc. Quadratic, so the length is limited: at most {@link #MAX_TEXT} characters. */
public final class Base58 {
  /** Most characters that {@link #decode} accepts. */
  public static final int MAX_TEXT = 256;

  /** Most bytes that {@link #encode} accepts; they give at most {@link #MAX_TEXT} characters. */
  public static final int MAX_BYTES = 187;

  private static final String ALPHABET =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

  private Base58() {}

  /**
   * @throws IllegalArgumentException for more than {@link #MAX_BYTES} bytes
   */
  public static String encode(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "base58: " + bytes.length + " bytes (expected: at most " + MAX_BYTES + ")");
    }
    // One digit a byte, least significant first.
    byte[] digits = new byte[MAX_TEXT];
    int length = 0;
    for (byte next : bytes) {
      int carry = next & 0xff;
      for (int i = 0; i < length || carry != 0; i++) {
        carry += digits[i] << 8;
        digits[i] = (byte) (carry % 58);
        carry /= 58;
        length = Math.max(length, i + 1);
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < bytes.length && bytes[i] == 0; i++) {
      text.append('1');
    }
    for (int i = length - 1; i >= 0; i--) {
      text.append(ALPHABET.charAt(digits[i]));
    }
    return text.toString();
  }

  /**
   * @throws IllegalArgumentException that names the bad character or length
   */
  public static byte[] decode(String text) {
    if (text.length() > MAX_TEXT) {
      throw new IllegalArgumentException(
          "base58: " + text.length() + " characters (expected: at most " + MAX_TEXT + ")");
    }
    byte[] bytes = new byte[MAX_TEXT];
    int start = MAX_TEXT;
    for (int at = 0; at < text.length(); at++) {
      int carry = ALPHABET.indexOf(text.charAt(at));
      if (carry < 0) {
        throw new IllegalArgumentException(
            "base58: character "
                + shown(text.charAt(at))
                + " at "
                + at
                + " (expected: letters and digits without 0, O, I, l)");
      }
      for (int i = MAX_TEXT - 1; i >= start || carry != 0; i--) {
        carry += 58 * (bytes[i] & 0xff);
        bytes[i] = (byte) carry;
        carry >>>= 8;
        start = Math.min(start, i);
      }
    }
    int zeros = 0;
    while (zeros < text.length() && text.charAt(zeros) == '1') {
      zeros++;
    }
    return Arrays.copyOfRange(bytes, start - zeros, MAX_TEXT);
  }

  /** Returns a character fit for a message. */
  static String shown(char character) {
    boolean printable = character >= ' ' && character <= '~';
    return printable ? "'" + character + "'" : String.format("U+%04X", (int) character);
  }
}
