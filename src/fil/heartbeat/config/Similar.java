package fil.heartbeat.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Suggests the word that a mistyped one was probably meant to be. */
public final class Similar {
  private static final int MAX_EDITS = 2;
  private static final int MAX_LENGTH = 64;

  private Similar() {}

  /** The candidate within two edits, letter case aside. */
  public static Optional<String> to(String word, Collection<String> candidates) {
    if (word.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String lower = word.toLowerCase(Locale.ROOT);
    return candidates.stream()
        .min(Comparator.comparingInt(each -> edits(lower, each.toLowerCase(Locale.ROOT))))
        .filter(best -> edits(lower, best.toLowerCase(Locale.ROOT)) <= MAX_EDITS);
  }

  /** The expected value for a fault about a mistyped word. */
  static String hint(String word, Collection<String> known) {
    return to(word, known)
        .map(near -> "did you mean " + near + "?")
        .orElseGet(() -> "one of " + String.join(", ", known));
  }

  /** Levenshtein distance. */
  private static int edits(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(row[j], row[j - 1]) + 1, diagonal + change);
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
