package fil.heartbeat.fleet;

/** The chain state of a node, in order of precedence: the first that holds applies. */
public enum ChainState {
  /** It claims another genesis than the configured network's. */
  WRONG_NETWORK("wrong-network"),
  /** Its beats have an empty head: its Filecoin node does not answer. */
  NO_HEAD("no-head"),
  /** Cannot be judged yet: the aggregator is warming, or lag cannot be measured. */
  UNKNOWN("unknown"),
  /** More than one epoch in the future. */
  AHEAD("ahead"),
  /** On another chain than the fleet or a reference. */
  FORKED("forked"),
  /** It reports that it is syncing. */
  SYNCING("syncing"),
  /** Its head has not moved while the network's did. */
  STALLED("stalled"),
  /** Five epochs late or more. */
  BEHIND("behind"),
  /** Two epochs late or more. */
  SLOW("slow"),
  /** In step. */
  OK("ok");

  private final String label;

  ChainState(String label) {
    this.label = label;
  }

  /** Returns the label used by the HTTP API. */
  public String label() {
    return label;
  }
}
