package fil.heartbeat.chain;

/** Foreign text fit for a message: short, printable, in quotes. */
final class Shown {
  /** Longer than any CID or address; what is longer is cut. */
  private static final int MAX_LENGTH = 128;

  private Shown() {}

  static String text(String text) {
    StringBuilder shown = new StringBuilder("\"");
    for (int i = 0; i < Math.min(text.length(), MAX_LENGTH); i++) {
      char c = text.charAt(i);
      shown.append(c >= ' ' && c <= '~' ? c : '?');
    }
    return shown.append(text.length() > MAX_LENGTH ? "…\"" : "\"").toString();
  }
}
