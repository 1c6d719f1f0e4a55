package fil.heartbeat.config;

import fil.heartbeat.text.Untrusted;

/** The value of {@code node=} in log lines, for a node of this process. */
public final class NodeLabel {
  private NodeLabel() {}

  /**
   * Its nickname, quoted unless it is one plain word; without one its peer id.
   *
   * @param nickname empty without one
   */
  public static String of(String nickname, String peerId) {
    if (nickname.isEmpty()) {
      return peerId;
    }
    if (nickname.codePoints().allMatch(NodeLabel::isPlain)) {
      return nickname;
    }
    StringBuilder quoted = new StringBuilder("\"");
    int[] points = nickname.codePoints().toArray();
    int[] clean = Untrusted.line(nickname).codePoints().toArray();
    for (int i = 0; i < points.length; i++) {
      if (points[i] == '"' || points[i] == '\\') {
        quoted.append('\\');
      }
      quoted.append(points[i] == clean[i] ? Character.toString(points[i]) : "?");
    }
    return quoted.append('"').toString();
  }

  private static boolean isPlain(int point) {
    return Character.isLetterOrDigit(point) || "-_.:@+/#".indexOf(point) >= 0;
  }
}
