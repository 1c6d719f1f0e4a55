package fil.heartbeat.alert.sink;

/**
 * Escapes text for Slack and compatible receivers: the three characters that Slack escapes, and
 * sequences that a receiver without a switch for markup would show as formatting, a mention, a link
 * or an image. {@link #plain} is for receivers that do not escape the three either.
 */
final class Mrkdwn {

  private Mrkdwn() {}

  static String escape(String text) {
    StringBuilder plain = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '&' -> plain.append("&amp;");
        case '<' -> plain.append("&lt;");
        case '>' -> plain.append("&gt;");
        case '@' -> plain.append('@').append(Gaps.GAP);
        case ':' -> plain.append(text.startsWith("//", i + 1) ? ":" + Gaps.GAP : ":");
        default -> plain.append(unformatted(text, i));
      }
    }
    return plain.toString();
  }

  /** Text that no service formats or links, whatever its markup. */
  static String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '<' -> plain.append('<').append(Gaps.GAP);
        case '|' -> plain.append('\u2223');
        default -> plain.append(unformatted(text, i));
      }
    }
    return Gaps.in(plain.toString());
  }

  /** The character, or one that looks like it where it would be markup. */
  private static String unformatted(String text, int at) {
    char each = text.charAt(at);
    return switch (each) {
      case '`' -> "\u02CB";
      case '*' -> "\u2217";
      case '~' -> "\u223C";
      case '_' -> isInside(text, at) ? "_" : "\uFF3F";
      case ']' -> isLink(text, at) ? "]" + Gaps.GAP : "]";
      default -> String.valueOf(each);
    };
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
