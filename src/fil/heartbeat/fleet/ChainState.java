package fil.heartbeat.fleet;

/** What a node's head says, in order of precedence: the first that holds is the node's. */
public enum ChainState {
  /** It claims another genesis than the configured network's. */
  WRONG_NETWORK("wrong-network"),
  /** It beats with an empty head: its Filecoin node does not answer. */
  NO_HEAD("no-head"),
  /** Nothing to judge by yet: the aggregator is warming, or lag cannot be measured. */
  UNKNOWN("unknown"),
  /** More than one epoch in the future. */
  AHEAD("ahead"),
  /** On another chain than the fleet or a reference. */
  FORKED("forked"),
  /** It says that it is syncing. */
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

  /** The label of the HTTP contract. */
  public String label() {
    return label;
  }
}
