package fil.heartbeat.api.rest;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.fleet.State;
import fil.heartbeat.text.Untrusted;

/** A node's state as a small picture to embed in other pages. */
public final class Badge {
  private static final int CHARACTER = 7;
  private static final int PADDING = 12;
  private static final int MAX_NAME = 24;

  private Badge() {}

  public static String svg(Node node) {
    String name = Untrusted.cut(node.shownName(), MAX_NAME);
    String state = node.state().label();
    int left = name.codePointCount(0, name.length()) * CHARACTER + PADDING;
    int right = state.length() * CHARACTER + PADDING;
    return """
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="20" role="img" aria-label="%4$s: %5$s">\
        <title>%4$s: %5$s</title>\
        <rect width="%2$d" height="20" fill="#444"/><rect x="%2$d" width="%3$d" height="20" fill="%6$s"/>\
        <g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">\
        <text x="%7$d" y="14" textLength="%9$d" lengthAdjust="spacingAndGlyphs">%4$s</text>\
        <text x="%8$d" y="14">%5$s</text></g></svg>
        """
        .formatted(
            left + right,
            left,
            right,
            escaped(name),
            state,
            colour(node.state()),
            left / 2,
            left + right / 2,
            // Scales the name to its half, however wide its letters are.
            left - PADDING);
  }

  /** Returns a colour dark enough for white letters. */
  private static String colour(State state) {
    return switch (state) {
      case OK -> "#1a7f37";
      case SLOW, STOPPED, SYNCING, UNKNOWN -> "#7d6000";
      case BEHIND, STALLED, NO_HEAD, AHEAD, WRONG_NETWORK -> "#b45309";
      case FORKED, SILENT, DISCONNECTED, MISSING -> "#b42318";
    };
  }

  /** Escapes a text for XML text and attributes. */
  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
