package fil.heartbeat.truth;

import java.time.Duration;

/** What happens to the world. */
sealed interface Op {
  /** A node that was well is not. */
  record Falls(int node, Trouble into) implements Op {}

  /** A node is well again. */
  record Recovers(int node) implements Op {}

  /**
   * The aggregator ends and another begins.
   *
   * @param killed without a word, so that what was of the last seconds is lost
   * @param away seconds in between
   */
  record Restart(boolean killed, int away) implements Op {}

  /** The clock of the aggregator's machine is set. */
  record Step(Duration by) implements Op {}

  /** Nobody is to be told of a node, for so many seconds. */
  record Silences(int node, int seconds) implements Op {}

  /** The second sink fails, or does not any more. */
  record Sink(boolean fails) implements Op {}

  /**
   * The next stream of the page ends.
   *
   * @param after so many characters of what it is told from now on
   */
  record Cuts(int after) implements Op {}

  /** The key of a node is in use in another place too, or not any more. */
  record Clone(int node, boolean begins) implements Op {}

  /** Another process tries to take the folder of the aggregator. */
  record Intruder() implements Op {}

  /** The file with the configuration changes. */
  record ConfigFile(Change to) implements Op {}

  /** What a file with a configuration becomes. */
  enum Change {
    /** A rule is off. */
    RULE_OFF,
    /** The rule is on. */
    RULE_ON,
    /** Half of it. */
    HALF,
    /** Not there. */
    GONE,
    /** As it was, but for what nobody reads: blanks at the end, a byte order mark. */
    SAME,
    /** What it was last, through another link, with the time stamp that it had. */
    LINK
  }

  /** Nothing, for so many seconds. */
  record Waits(int seconds) implements Op {}
}
