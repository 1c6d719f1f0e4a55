package fil.heartbeat.fleet;

/** Whether a node is heard. */
public enum Liveness {
  /** Its beats come. */
  BEATING("beating"),
  /** Its beats are overdue by the detector, on an open connection. */
  SILENT("silent"),
  /** It has had no connection for a while. */
  DISCONNECTED("disconnected"),
  /** Expected, and never seen. */
  MISSING("missing"),
  /** It said that it stops, or ended its connection in good order, and has not beaten since. */
  STOPPED("stopped");

  private final String label;

  Liveness(String label) {
    this.label = label;
  }

  /** Whether it is taken to be there: it beats, or its connection is open at least. */
  public boolean isHeard() {
    return this == BEATING || this == SILENT;
  }

  /** The label of the HTTP contract. */
  public String label() {
    return label;
  }
}
