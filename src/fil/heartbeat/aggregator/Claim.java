package fil.heartbeat.aggregator;

import java.text.Normalizer;

/** Text that a peer claims: hostile until cleaned. */
final class Claim {
  /** Code points kept; more would push other columns off a page and grow the registry. */
  static final int MAX_CODE_POINTS = 64;

  private Claim() {}

  /**
   * NFC, with control, format (bidi), line and unpaired surrogate characters replaced by U+FFFD, at
   * most {@link #MAX_CODE_POINTS}.
   */
  static String clean(String text) {
    // NFC can only shrink or keep what is cut here: bound the work before doing it.
    int cut = Math.min(text.length(), 4 * MAX_CODE_POINTS);
    String normal = Normalizer.normalize(text.substring(0, cut), Normalizer.Form.NFC);
    StringBuilder clean = new StringBuilder(Math.min(normal.length(), MAX_CODE_POINTS));
    normal
        .codePoints()
        .limit(MAX_CODE_POINTS)
        .forEach(point -> clean.appendCodePoint(isShown(point) ? point : 0xFFFD));
    return clean.toString();
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
