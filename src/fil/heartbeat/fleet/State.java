package fil.heartbeat.fleet;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A node's state in one word: its liveness unless it beats, else what its head says. The codes are
 * stored; none is used twice.
 */
public enum State {
  MISSING("missing", 1),
  DISCONNECTED("disconnected", 2),
  SILENT("silent", 3),
  WRONG_NETWORK("wrong-network", 4),
  NO_HEAD("no-head", 5),
  UNKNOWN("unknown", 6),
  AHEAD("ahead", 7),
  FORKED("forked", 8),
  SYNCING("syncing", 9),
  STALLED("stalled", 10),
  BEHIND("behind", 11),
  SLOW("slow", 12),
  STOPPED("stopped", 14),
  OK("ok", 13);

  private final String word;
  private final int code;

  State(String word, int code) {
    this.word = word;
    this.code = code;
  }

  /** The one word for both. */
  public static State of(Liveness liveness, ChainState chain) {
    return switch (liveness) {
      case MISSING -> MISSING;
      case DISCONNECTED -> DISCONNECTED;
      case SILENT -> SILENT;
      case STOPPED -> STOPPED;
      case BEATING -> of(chain);
    };
  }

  private static State of(ChainState chain) {
    return switch (chain) {
      case WRONG_NETWORK -> WRONG_NETWORK;
      case NO_HEAD -> NO_HEAD;
      case UNKNOWN -> UNKNOWN;
      case AHEAD -> AHEAD;
      case FORKED -> FORKED;
      case SYNCING -> SYNCING;
      case STALLED -> STALLED;
      case BEHIND -> BEHIND;
      case SLOW -> SLOW;
      case OK -> OK;
    };
  }

  /** The word of the HTTP contract. */
  public String word() {
    return word;
  }

  /** 1 to 15, fixed for ever: it stands in files. */
  public int code() {
    return code;
  }

  /** Whether beats come in this state. */
  public boolean isBeating() {
    return this != MISSING && this != DISCONNECTED && this != SILENT && this != STOPPED;
  }

  /** The state of a word. */
  public static Optional<State> named(String word) {
    return Arrays.stream(values()).filter(state -> state.word.equals(word)).findFirst();
  }

  /** The state of a code. */
  public static Optional<State> ofCode(int code) {
    return Arrays.stream(values()).filter(state -> state.code == code).findFirst();
  }

  /** Every word, in order of gravity. */
  public static List<String> words() {
    return Arrays.stream(values()).map(State::word).toList();
  }
}
