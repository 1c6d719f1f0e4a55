package fil.heartbeat.fleet;

import java.util.Locale;

/**
 * The trust class of a peer, the least trusted first. It comes only from the configuration, never
 * from a peer's claims or behaviour: a silent voter is still a voter. The order of the constants
 * matters.
 */
public enum Standing {
  /** A peer that the configuration does not name, while it names a fleet. Decides nothing. */
  STRANGER,
  /** Expected but denied: reported as missing like any expected node, and without a vote. */
  EXPECTED,
  /**
   * A peer whose head counts: an expected node; without {@code expected} an allowed one; in an open
   * fleet every peer that is not denied.
   */
  VOTER,
  /** An independent node that is polled. Never a peer, and without a vote. */
  REFERENCE;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** Returns the label used by the HTTP API. */
  public String label() {
    return label;
  }

  /** Whether it belongs to the monitored fleet, so that alerts may be about it. */
  public boolean isMonitored() {
    return this == EXPECTED || this == VOTER;
  }

  /** Whether its reports affect the judgement of others, as a vote or as a reference. */
  public boolean decides() {
    return this == VOTER || this == REFERENCE;
  }
}
