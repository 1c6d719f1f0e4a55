package fil.heartbeat.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The tokens of a file. Only their digests are kept, and all are compared in constant time. */
final class Tokens {
  /** A token shorter than this can be guessed. */
  static final int MIN_LENGTH = 16;

  static final int MAX_TOKENS = 1000;

  private record Known(byte[] digest, Grant grant) {}

  private final List<Known> known;

  private Tokens(List<Known> known) {
    this.known = known;
  }

  /**
   * Reads lines of {@code name read|admin token}; empty ones and those with {@code #} in front are
   * left out. Blocks.
   *
   * @throws IOException when the file cannot be read or a line is wrong; tokens are never shown
   */
  static Tokens load(Path file) throws IOException {
    return parse(Files.readAllLines(file), file.toString());
  }

  static Tokens parse(List<String> lines, String file) throws IOException {
    List<Known> known = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String[] words = line.split("\\s+", -1);
      String where = file + ":" + (i + 1) + ": ";
      if (words.length != 3) {
        throw new IOException(where + words.length + " words (expected: name read|admin token)");
      }
      if (!words[1].equals("read") && !words[1].equals("admin")) {
        throw new IOException(where + "scope " + words[1] + " (expected: read or admin)");
      }
      if (words[2].length() < MIN_LENGTH) {
        throw new IOException(
            where
                + "a token of "
                + words[2].length()
                + " characters (expected: "
                + MIN_LENGTH
                + " or more)");
      }
      if (!names.add(words[0])) {
        throw new IOException(where + "name " + words[0] + " (expected: each once)");
      }
      known.add(new Known(digest(words[2]), new Grant(words[0], words[1].equals("admin"))));
    }
    if (known.isEmpty() || known.size() > MAX_TOKENS) {
      throw new IOException(
          file + ": " + known.size() + " tokens (expected: 1 to " + MAX_TOKENS + ")");
    }
    return new Tokens(List.copyOf(known));
  }

  /** What a token allows; empty when it is none. Takes as long whichever it is. */
  Optional<Grant> grant(String token) {
    byte[] digest = digest(token);
    Optional<Grant> found = Optional.empty();
    for (Known each : known) {
      if (MessageDigest.isEqual(each.digest(), digest)) {
        found = Optional.of(each.grant());
      }
    }
    return found;
  }

  /** Whether the token of a grant is still there with the same scope. */
  boolean holds(Grant grant) {
    return known.stream().anyMatch(each -> each.grant().equals(grant));
  }

  static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
