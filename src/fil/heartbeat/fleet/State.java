package fil.heartbeat.fleet;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A node's state in one word: its liveness unless it beats, else its chain state. This is the
 * catalogue of states: severity, whether it is trouble, and meaning. The codes are stored in files;
 * none may be reused.
 */
public enum State {
  MISSING("missing", 1, Concern.VISIBLE),
  DISCONNECTED("disconnected", 2, Concern.TROUBLE),
  SILENT("silent", 3, Concern.TROUBLE),
  WRONG_NETWORK("wrong-network", 4, Concern.TROUBLE),
  NO_HEAD("no-head", 5, Concern.TROUBLE),
  UNKNOWN("unknown", 6, Concern.UNDECIDED),
  AHEAD("ahead", 7, Concern.TROUBLE),
  FORKED("forked", 8, Concern.TROUBLE),
  SYNCING("syncing", 9, Concern.NONE),
  STALLED("stalled", 10, Concern.TROUBLE),
  BEHIND("behind", 11, Concern.TROUBLE),
  SLOW("slow", 12, Concern.VISIBLE),
  STOPPED("stopped", 14, Concern.NONE),
  OK("ok", 13, Concern.NONE);

  /** How a state concerns the operator of the fleet. */
  public enum Concern {
    /** All is well, or the deviation is known and intended. */
    NONE,
    /** No information: the earlier state holds. */
    UNDECIDED,
    /** Trouble that does not count towards flapping: the node was never seen, or is hardly late. */
    VISIBLE,
    /** Trouble; each time a node enters it counts towards flapping. */
    TROUBLE
  }

  private static final List<State> GRAVEST_FIRST =
      List.of(
          FORKED,
          MISSING,
          DISCONNECTED,
          SILENT,
          WRONG_NETWORK,
          AHEAD,
          NO_HEAD,
          STALLED,
          BEHIND,
          SLOW,
          STOPPED,
          SYNCING,
          UNKNOWN,
          OK);

  private static final List<String> NUMBERS =
      List.of("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten");

  private final String label;
  private final int code;
  private final Concern concern;

  State(String label, int code, Concern concern) {
    this.label = label;
    this.code = code;
    this.concern = concern;
  }

  /** Returns the one state for both. */
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

  /** Returns the label used by the HTTP API. */
  public String label() {
    return label;
  }

  /** Returns the code, 1 to 15, which never changes: it is stored in files. */
  public int code() {
    return code;
  }

  /**
   * Returns its rank by severity: 0 is the most severe. The declared order differs and breaks ties.
   */
  public int rank() {
    return GRAVEST_FIRST.indexOf(this);
  }

  public Concern concern() {
    return concern;
  }

  /** Whether the dashboard counts it as trouble. */
  public boolean isTrouble() {
    return concern == Concern.VISIBLE || concern == Concern.TROUBLE;
  }

  /** Returns its meaning as one sentence with the thresholds that nodes are judged by. */
  public String meaning(FleetSettings by) {
    return switch (this) {
      case OK -> "In step with the fleet.";
      case SLOW -> late(by.slowLag(), by);
      case SYNCING -> "Its Filecoin node says that it is syncing.";
      case BEHIND -> late(by.behindLag(), by);
      case STALLED ->
          "Its head has not moved for " + epochs(by.behindLag()) + " while the network’s did.";
      case NO_HEAD -> "It beats, but its Filecoin node reports no head.";
      case AHEAD -> "Its head is more than one epoch in the future.";
      case WRONG_NETWORK -> "Its genesis differs from the configured network’s.";
      case FORKED ->
          "No block in common with the majority at "
              + (by.forkAfter() == 1 ? "a height" : number(by.forkAfter()) + " heights in a row")
              + '.';
      case SILENT -> "The connection is open, but its beats are overdue.";
      case DISCONNECTED -> "No connection for " + by.disconnectedAfter().toSeconds() + " s.";
      case MISSING -> "Expected, and never seen.";
      case STOPPED -> "It said goodbye, or closed its connection cleanly.";
      case UNKNOWN -> "Nothing to judge by yet.";
    };
  }

  private static String late(int epochs, FleetSettings by) {
    String text = epochs(epochs);
    return Character.toUpperCase(text.charAt(0))
        + text.substring(1)
        + " late or more, for "
        + by.lagHold().toSeconds()
        + " s.";
  }

  private static String epochs(int count) {
    return number(count) + (count == 1 ? " epoch" : " epochs");
  }

  private static String number(int count) {
    return count < NUMBERS.size() ? NUMBERS.get(count) : String.valueOf(count);
  }

  /** Whether beats arrive in this state. */
  public boolean isBeating() {
    return this != MISSING && this != DISCONNECTED && this != SILENT && this != STOPPED;
  }

  /** Returns the state with a label. */
  public static Optional<State> named(String label) {
    return Arrays.stream(values()).filter(state -> state.label.equals(label)).findFirst();
  }

  /** Returns the state with a code. */
  public static Optional<State> ofCode(int code) {
    return Arrays.stream(values()).filter(state -> state.code == code).findFirst();
  }

  /** Returns every state, the most severe first. */
  public static List<State> gravestFirst() {
    return GRAVEST_FIRST;
  }

  /** Returns every label, in the declared order. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(State::label).toList();
  }
}
