package fil.heartbeat.fleet;

/** How a node's head relates to the fleet's. */
public enum Agreement {
  /** The same tipset. */
  SAME("same"),
  /** Another set of blocks on the same branch: some have arrived, some not yet. */
  PARTIAL("partial"),
  /** Lower than the reference height, but equal at the highest height that both reported. */
  OLDER("older"),
  /** No block in common for long enough. */
  FORKED("forked"),
  /** Nothing to compare. */
  UNKNOWN("unknown");

  private final String label;

  Agreement(String label) {
    this.label = label;
  }

  /** Returns the label used by the HTTP API. */
  public String label() {
    return label;
  }
}
