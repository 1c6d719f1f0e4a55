package fil.heartbeat.alert.sink;

/**
 * Escapes text for Slack and compatible receivers: the three characters that Slack escapes, and
 * sequences that a receiver without a switch for markup would show as formatting, a mention, a link
 * or an image.
 */
final class Mrkdwn {

  /** Invisible, and ends a word: {@code @channel} is no mention with it inside. */
  private static final char GAP = '\u200B';

  private Mrkdwn() {}

  static String escape(String text) {
    StringBuilder plain = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      switch (each) {
        case '&' -> plain.append("&amp;");
        case '<' -> plain.append("&lt;");
        case '>' -> plain.append("&gt;");
        case '`' -> plain.append('\u02CB');
        case '*' -> plain.append('\u2217');
        case '~' -> plain.append('\u223C');
        case '_' -> plain.append(isInside(text, i) ? '_' : '\uFF3F');
        case '@' -> plain.append('@').append(GAP);
        case ']' -> plain.append(isLink(text, i) ? "]" + GAP : "]");
        case ':' -> plain.append(text.startsWith("//", i + 1) ? ":" + GAP : ":");
        default -> plain.append(each);
      }
    }
    return plain.toString();
  }

  /** Within a word an underscore is no markup, and names are full of them. */
  private static boolean isInside(String text, int at) {
    return at > 0
        && at + 1 < text.length()
        && Character.isLetterOrDigit(text.charAt(at - 1))
        && Character.isLetterOrDigit(text.charAt(at + 1));
  }

  /** Of Markdown: {@code [text](url)} and {@code [text][name]}. */
  private static boolean isLink(String text, int at) {
    return text.startsWith("(", at + 1) || text.startsWith("[", at + 1);
  }
}
