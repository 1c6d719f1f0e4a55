package fil.heartbeat.alert.sink;

/**
 * Breaks what receivers find in plain text and make a link of: URLs, host names, mentions, hashtags
 * and commands of bots.
 */
final class Gaps {

  /** Invisible, and ends a word. */
  static final char GAP = '\u200B';

  private Gaps() {}

  static String in(String text) {
    StringBuilder broken = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      broken.append(text.charAt(i));
      if (isLinkedAfter(text, i)) {
        broken.append(GAP);
      }
    }
    return broken.toString();
  }

  private static boolean isLinkedAfter(String text, int at) {
    return switch (text.charAt(at)) {
      case '@' -> true;
      case '#', '$' -> isWord(text, at + 1);
      case '/' -> isWord(text, at + 1) && !isWordBefore(text, at);
      case ':' -> text.startsWith("//", at + 1);
      case '.' -> isWordBefore(text, at) && isLetter(text, at + 1);
      default -> false;
    };
  }

  private static boolean isWord(String text, int at) {
    return at < text.length()
        && (text.charAt(at) == '_' || Character.isLetterOrDigit(text.codePointAt(at)));
  }

  private static boolean isWordBefore(String text, int at) {
    return at > 0
        && (text.charAt(at - 1) == '_' || Character.isLetterOrDigit(text.codePointBefore(at)));
  }

  private static boolean isLetter(String text, int at) {
    return at < text.length() && Character.isLetter(text.codePointAt(at));
  }
}
