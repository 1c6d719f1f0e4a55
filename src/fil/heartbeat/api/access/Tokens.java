package fil.heartbeat.api.access;

import fil.heartbeat.text.Sha256;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tokens and their grants. Only digests are stored, so that the timing of a lookup reveals nothing
 * about other tokens.
 *
 * @param grants by {@link #key}
 */
public record Tokens(Map<String, Grant> grants) {
  /** No tokens. */
  static final Tokens NONE = new Tokens(Map.of());

  /** A token shorter than this can be guessed. */
  static final int MIN_LENGTH = 16;

  static final int MAX_TOKENS = 1000;

  public Tokens {
    grants = Map.copyOf(grants);
  }

  /**
   * The result of parsing a text.
   *
   * @param faults a line each, of the lines that were left out; tokens are never shown
   */
  public record Parsed(Tokens tokens, List<String> faults) {}

  /**
   * Parses lines of {@code name read|admin token}; empty ones and those that begin with {@code #}
   * are skipped.
   *
   * @param whole whether a last line without a line end is complete; else it is skipped
   * @param file its name, for faults
   */
  public static Parsed parse(String text, boolean whole, String file) {
    Map<String, Grant> grants = new LinkedHashMap<>();
    List<String> faults = new ArrayList<>();
    Set<String> names = new HashSet<>();
    List<String> lines = List.of(text.split("\n", -1));
    int count = whole ? lines.size() : lines.size() - 1;
    for (int i = 0; i < count; i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String[] words = line.split("\\s+", -1);
      Optional<String> fault =
          fault(words)
              .or(
                  () ->
                      names.add(words[0])
                          ? Optional.empty()
                          : Optional.of("name " + words[0] + " (expected: each once)"));
      if (fault.isPresent()) {
        faults.add(file + ":" + (i + 1) + ": " + fault.get());
      } else if (grants.size() < MAX_TOKENS) {
        grants.put(key(words[2]), new Grant(words[0], words[1].equals("admin")));
      }
    }
    if (faults.isEmpty() && (names.isEmpty() || names.size() > MAX_TOKENS)) {
      faults.add(file + ": " + names.size() + " tokens (expected: 1 to " + MAX_TOKENS + ")");
    }
    return new Parsed(new Tokens(grants), faults);
  }

  private static Optional<String> fault(String[] words) {
    if (words.length != 3) {
      return Optional.of(words.length + " words (expected: name read|admin token)");
    }
    if (!words[1].equals("read") && !words[1].equals("admin")) {
      return Optional.of("scope " + words[1] + " (expected: read or admin)");
    }
    return words[2].length() < MIN_LENGTH
        ? Optional.of(
            "a token of "
                + words[2].length()
                + " characters (expected: "
                + MIN_LENGTH
                + " or more)")
        : Optional.empty();
  }

  /** Returns the grant of a key; empty when there is none. */
  public Optional<Grant> grant(String key) {
    return Optional.ofNullable(grants.get(key));
  }

  /** Returns the key of a token: its digest. */
  public static String key(String token) {
    return Base64.getEncoder().encodeToString(digest(token));
  }

  static byte[] digest(String token) {
    return Sha256.of(token);
  }
}
