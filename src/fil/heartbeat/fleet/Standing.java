package fil.heartbeat.fleet;

import java.util.Locale;

/**
 * Who speaks, the least trusted first. It comes from the configuration alone, never from what a
 * peer says or does: a voter that is silent now is a voter still. The order counts.
 */
public enum Standing {
  /** Anyone whom the configuration does not name, in a fleet that it names. Decides nothing. */
  STRANGER,
  /** Expected but denied: missed like all that are expected, and without a say. */
  EXPECTED,
  /**
   * A peer whose head counts: the expected; without {@code expected} the allowed; in an open fleet
   * everyone who is not denied.
   */
  VOTER,
  /** An independent node that is asked. Never a peer, and without a vote. */
  REFERENCE;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The label of the HTTP contract. */
  public String label() {
    return label;
  }

  /** Whether it is one of the fleet that is watched over, so that alerts may be about it. */
  public boolean isMonitored() {
    return this == EXPECTED || this == VOTER;
  }

  /** Whether what it says decides something about others: as a vote, or as a witness. */
  public boolean decides() {
    return this == VOTER || this == REFERENCE;
  }
}
