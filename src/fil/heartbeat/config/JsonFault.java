package fil.heartbeat.config;

import java.util.Optional;

/**
 * Where and why a text is not a JSON object. Never contains the text found there, which may be a
 * secret without its quotes.
 *
 * @param line from 1
 * @param column from 1, in code points
 * @param found a description of the text found
 * @param expected what may be there
 */
public record JsonFault(int line, int column, String found, String expected) {

  /** The first fault of a text; empty when it is one object without duplicate names. */
  public static Optional<JsonFault> in(String text) {
    return new JsonScan(text).fault();
  }
}
