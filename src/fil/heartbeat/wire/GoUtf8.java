package fil.heartbeat.wire;

/**
 * UTF-8 as Go's JSON decoder reads it: each byte that is not part of a valid sequence becomes one
 * U+FFFD. Java's own decoder turns several such bytes into one.
 */
final class GoUtf8 {
  private static final char REPLACEMENT = '\ufffd';

  private GoUtf8() {}

  /**
   * Decodes into {@code out}, which has room for {@code to - from} characters; returns their
   * number.
   */
  static int decode(byte[] in, int from, int to, char[] out) {
    int at = from;
    int count = 0;
    while (at < to) {
      byte first = in[at];
      if (first >= 0) {
        out[count++] = (char) first;
        at++;
        continue;
      }
      int length = length(in, at, to);
      switch (length) {
        case 2 -> out[count++] = (char) ((first & 0x1f) << 6 | low(in, at + 1));
        case 3 ->
            out[count++] = (char) ((first & 0x0f) << 12 | low(in, at + 1) << 6 | low(in, at + 2));
        case 4 -> {
          int point =
              (first & 0x07) << 18 | low(in, at + 1) << 12 | low(in, at + 2) << 6 | low(in, at + 3);
          out[count++] = Character.highSurrogate(point);
          out[count++] = Character.lowSurrogate(point);
        }
        default -> out[count++] = REPLACEMENT;
      }
      at += length;
    }
    return count;
  }

  /**
   * Returns the length of the valid sequence that starts here, or 1 when none does (Unicode, table
   * 3-7).
   */
  private static int length(byte[] in, int at, int to) {
    int first = in[at] & 0xff;
    int length = first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 1;
    if (length == 1 || to - at < length) {
      return 1;
    }
    int second = in[at + 1] & 0xff;
    int lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (second < lowest || second > highest) {
      return 1;
    }
    for (int i = 2; i < length; i++) {
      if ((in[at + i] & 0xc0) != 0x80) {
        return 1;
      }
    }
    return length;
  }

  private static int low(byte[] in, int at) {
    return in[at] & 0x3f;
  }
}
