package fil.heartbeat.config;

/** What a line of the log calls a node of ours: {@code node=} and this. */
public final class NodeLabel {
  private NodeLabel() {}

  /**
   * Its nickname, in quotes unless it is one plain word; without one its peer id.
   *
   * @param nickname empty when it has none
   */
  public static String of(String nickname, String peerId) {
    if (nickname.isEmpty()) {
      return peerId;
    }
    if (nickname.codePoints().allMatch(NodeLabel::isPlain)) {
      return nickname;
    }
    StringBuilder quoted = new StringBuilder("\"");
    nickname
        .codePoints()
        .forEach(
            point -> {
              if (point == '"' || point == '\\') {
                quoted.append('\\');
              }
              // Other line breaks than those of ASCII, and what turns the direction of text.
              int type = Character.getType(point);
              boolean hidden =
                  Character.isISOControl(point)
                      || type == Character.FORMAT
                      || type == Character.LINE_SEPARATOR
                      || type == Character.PARAGRAPH_SEPARATOR;
              quoted.append(hidden ? "?" : Character.toString(point));
            });
    return quoted.append('"').toString();
  }

  private static boolean isPlain(int point) {
    return Character.isLetterOrDigit(point) || "-_.:@+/#".indexOf(point) >= 0;
  }
}
