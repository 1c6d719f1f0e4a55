package fil.heartbeat.fleet;

/** How a node's head relates to the fleet's. */
public enum Agreement {
  /** The same tipset. */
  SAME("same"),
  /** Another set of blocks of the same branch: some arrived, some did not yet. */
  PARTIAL("partial"),
  /** Lower than the reference height, and agreeing at the highest height both reported. */
  OLDER("older"),
  /** No block in common, for long enough. */
  FORKED("forked"),
  /** Nothing to compare. */
  UNKNOWN("unknown");

  private final String label;

  Agreement(String label) {
    this.label = label;
  }

  /** The label of the HTTP contract. */
  public String label() {
    return label;
  }
}
