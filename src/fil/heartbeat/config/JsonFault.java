package fil.heartbeat.config;

import java.util.Optional;

/**
 * Where a text stops being a JSON object, and how. It never shows what was written there, which may
 * be a secret without its quotes.
 *
 * @param line from 1
 * @param column from 1, in code points
 * @param found what is there, in words
 * @param expected what may be there
 */
public record JsonFault(int line, int column, String found, String expected) {

  /** The first fault of a text; empty when it is one object, in which no name is given twice. */
  public static Optional<JsonFault> in(String text) {
    return new JsonScan(text).fault();
  }
}
