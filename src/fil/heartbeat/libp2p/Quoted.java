package fil.heartbeat.libp2p;

/** Foreign text made fit for a message: one line, printable, cut. */
public final class Quoted {
  private static final int MAX_CHARACTERS = 100;

  private Quoted() {}

  /** The text in quotes: printable ASCII, {@code ?} for the rest, at most 100 characters. */
  public static String of(String text) {
    return '"' + bare(text, MAX_CHARACTERS) + '"';
  }

  /** The same without quotes; … follows what was cut after so many characters. */
  public static String bare(String text, int max) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), max); i++) {
      char next = text.charAt(i);
      out.append(next < ' ' || next > '~' ? '?' : next);
    }
    return out.append(text.length() > max ? "…" : "").toString();
  }
}
