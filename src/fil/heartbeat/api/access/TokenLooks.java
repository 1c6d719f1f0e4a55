package fil.heartbeat.api.access;

import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which tokens hold, look by look at the text that names them. Pure. A file is written in more than
 * one step, so what a single look misses still holds, and what two in a row miss does not; a last
 * line without an end may be half of one until two looks find the same text.
 */
final class TokenLooks {

  /** Reads a text. */
  @FunctionalInterface
  public interface Parser {
    /**
     * @param whole whether a last line without an end is one
     */
    Tokens.Parsed parse(String text, boolean whole);
  }

  private final Parser parser;
  private Optional<String> text;
  private Tokens tokens;
  private List<String> faults = List.of();

  /** Keys that still hold, though the last look did not find them. */
  private Set<String> missed = Set.of();

  /** Whether the text was read to its end. */
  private boolean whole = true;

  /**
   * The first look.
   *
   * @throws IOException when a line is wrong
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
   * A further look.
   *
   * @param now what is there; empty when it cannot be read
   * @return whether other tokens hold now
   */
  boolean look(Optional<String> now) {
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

  /** Of the last text that was read anew. */
  List<String> faults() {
    return faults;
  }
}
