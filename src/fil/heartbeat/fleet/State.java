package fil.heartbeat.fleet;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A node's state in one word: its liveness unless it beats, else what its head says. This is the
 * catalogue of states: how grave each is, whether it is trouble, and what it means. The codes are
 * stored; none is used twice.
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

  /** What a state is to who looks after the fleet. */
  public enum Concern {
    /** All is well, or what is not is known and wanted. */
    NONE,
    /** It says nothing: what was known before holds. */
    UNDECIDED,
    /**
     * Trouble, but nothing that a node can fall into again and again: it was never seen, or is
     * hardly late.
     */
    VISIBLE,
    /** Trouble, each fall into which counts towards flapping. */
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

  /** The one label for both. */
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

  /** The label of the HTTP contract. */
  public String label() {
    return label;
  }

  /** 1 to 15, fixed for ever: it stands in files. */
  public int code() {
    return code;
  }

  /** Its place by gravity: 0 is the gravest. The declared order is another, by which ties go. */
  public int rank() {
    return GRAVEST_FIRST.indexOf(this);
  }

  public Concern concern() {
    return concern;
  }

  /** Whether the page counts it as trouble. */
  public boolean isTrouble() {
    return concern == Concern.VISIBLE || concern == Concern.TROUBLE;
  }

  /** What it means, as one sentence with the numbers that nodes are judged by. */
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
      case STOPPED -> "It said goodbye: its sender was stopped on purpose.";
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

  /** Whether beats come in this state. */
  public boolean isBeating() {
    return this != MISSING && this != DISCONNECTED && this != SILENT && this != STOPPED;
  }

  /** The state of a label. */
  public static Optional<State> named(String label) {
    return Arrays.stream(values()).filter(state -> state.label.equals(label)).findFirst();
  }

  /** The state of a code. */
  public static Optional<State> ofCode(int code) {
    return Arrays.stream(values()).filter(state -> state.code == code).findFirst();
  }

  /** Every state, the gravest first. */
  public static List<State> gravestFirst() {
    return GRAVEST_FIRST;
  }

  /** Every label, in the declared order. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(State::label).toList();
  }
}
