package fil.heartbeat.libp2p;

/**
 * Makes untrusted text fit for a message: one line, printable, shortened. Kept here so that this
 * library depends on nothing around it.
 */
public final class Quoted {
  private static final int MAX_CHARACTERS = 100;

  private Quoted() {}

  /**
   * Returns the text in quotes: printable ASCII, {@code ?} for the rest, at most 100 characters.
   */
  public static String of(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < Math.min(text.length(), MAX_CHARACTERS); i++) {
      char next = text.charAt(i);
      out.append(next < ' ' || next > '~' ? '?' : next);
    }
    return out.append(text.length() > MAX_CHARACTERS ? "…\"" : "\"").toString();
  }
}
