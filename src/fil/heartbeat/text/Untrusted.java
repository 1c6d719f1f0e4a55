package fil.heartbeat.text;

import java.text.Normalizer;

/** Makes text from others safe for any line, and keeps it readable. */
public final class Untrusted {
  private static final int NON_JOINER = 0x200C;
  private static final int JOINER = 0x200D;

  /** Replaces a character that is not shown. */
  private static final int REPLACEMENT = 0xFFFD;

  private static final int MAX_ASCII = 128;

  private Untrusted() {}

  /**
   * With control, format (bidi), line and unpaired surrogate characters replaced by U+FFFD: it
   * cannot break a header, a line or the direction of text. U+200C and U+200D stay between two
   * letters, marks or symbols, where Persian, the scripts of India and pictures of families need
   * one.
   */
  public static String line(String text) {
    return line(text, Integer.MAX_VALUE);
  }

  /** As {@link #line(String)}, of at most {@code max} code points. */
  public static String line(String text, int max) {
    int[] points = text.codePoints().limit(max).toArray();
    StringBuilder clean = new StringBuilder(points.length);
    for (int i = 0; i < points.length; i++) {
      boolean shown =
          isJoiner(points[i])
              ? i > 0 && i + 1 < points.length && isJoined(points[i - 1]) && isJoined(points[i + 1])
              : isShown(points[i]);
      clean.appendCodePoint(shown ? points[i] : REPLACEMENT);
    }
    return clean.toString();
  }

  /**
   * NFC, and then a {@link #line} of at most {@code max} code points: for the claims of a peer. An
   * endless text costs no more than one of four times as many characters.
   */
  public static String normalized(String text, int max) {
    // NFC can only shrink or keep them; bound the work before doing it.
    String bounded = text.length() <= 4 * max ? text : text.substring(0, 4 * max);
    return line(Normalizer.normalize(bounded, Normalizer.Form.NFC), max);
  }

  /** A {@link #line} in quotes, for a log; quotes inside are replaced by U+FFFD. */
  public static String quoted(String text) {
    return '"' + line(text).replace('"', '\uFFFD') + '"';
  }

  /**
   * For text in which only printable ASCII makes sense: {@code ?} for other characters, and … for
   * the rest of a text that is too long. {@code libp2p.Quoted} does the same, since libp2p must not
   * depend on other rooms.
   */
  public static String ascii(String text, int max) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), max); i++) {
      char c = text.charAt(i);
      shown.append(c >= ' ' && c <= '~' ? c : '?');
    }
    return shown.append(text.length() > max ? "…" : "").toString();
  }

  /**
   * As {@link #ascii}, in quotes and of at most 128 characters: more than any CID or address has.
   */
  public static String quotedAscii(String text) {
    return '"' + ascii(text, MAX_ASCII) + '"';
  }

  /** At most {@code max} code points; the last is … when some were cut off. */
  public static String cut(String text, int max) {
    return text.codePointCount(0, text.length()) <= max
        ? text
        : text.substring(0, text.offsetByCodePoints(0, max - 1)) + "…";
  }

  /** Without the joiners, which have no width: equal for names that differ only in them. */
  public static String folded(String name) {
    if (name.indexOf(NON_JOINER) < 0 && name.indexOf(JOINER) < 0) {
      return name;
    }
    StringBuilder folded = new StringBuilder(name.length());
    name.codePoints().filter(point -> !isJoiner(point)).forEach(folded::appendCodePoint);
    return folded.toString();
  }

  private static boolean isJoiner(int point) {
    return point == NON_JOINER || point == JOINER;
  }

  private static boolean isJoined(int point) {
    return switch (Character.getType(point)) {
      case Character.NON_SPACING_MARK,
          Character.COMBINING_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.MODIFIER_SYMBOL ->
          true;
      case Character.OTHER_SYMBOL -> point != REPLACEMENT;
      default -> Character.isLetter(point);
    };
  }

  private static boolean isShown(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }
}
