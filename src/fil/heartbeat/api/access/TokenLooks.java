package fil.heartbeat.api.access;

import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The valid tokens, over successive reads of the text that names them. Pure. A file may be written
 * in several steps: a token missing in one read stays valid, missing in two in a row it does not; a
 * last line without a line end counts only once two reads find the same text.
 */
final class TokenLooks {

  /** Parses a text. */
  @FunctionalInterface
  public interface Parser {
    /**
     * @param whole whether a last line without a line end is complete
     */
    Tokens.Parsed parse(String text, boolean whole);
  }

  private final Parser parser;
  private Optional<String> text;
  private Tokens tokens;
  private List<String> faults = List.of();

  /** Keys that are still valid, though the last read did not find them. */
  private Set<String> missed = Set.of();

  /** Whether the text was read to its end. */
  private boolean whole = true;

  /**
   * Takes the first read.
   *
   * @throws IOException when a line is not valid
   */
  TokenLooks(Parser parser, String first) throws IOException {
    Tokens.Parsed parsed = parser.parse(first, true);
    if (!parsed.faults().isEmpty()) {
      throw new IOException(parsed.faults().get(0));
    }
    this.parser = parser;
    text = Optional.of(first);
    tokens = parsed.tokens();
  }

  /**
   * Takes a further read.
   *
   * @param now the text; empty when it cannot be read
   * @return whether the valid tokens changed
   */
  boolean update(Optional<String> now) {
    boolean same = now.equals(text);
    if (same && whole && missed.isEmpty()) {
      return false;
    }
    Tokens.Parsed parsed =
        now.map(found -> parser.parse(found, same))
            .orElse(new Tokens.Parsed(Tokens.NONE, List.of()));
    Map<String, Grant> next = new LinkedHashMap<>(parsed.tokens().grants());
    Set<String> gone = new HashSet<>();
    tokens
        .grants()
        .forEach(
            (key, grant) -> {
              if (!missed.contains(key) && next.putIfAbsent(key, grant) == null) {
                gone.add(key);
              }
            });
    text = now;
    whole = same;
    missed = gone;
    faults = parsed.faults();
    Tokens before = tokens;
    tokens = new Tokens(next);
    return !tokens.equals(before);
  }

  Tokens tokens() {
    return tokens;
  }

  /** Returns the faults of the last text that was parsed. */
  List<String> faults() {
    return faults;
  }
}
