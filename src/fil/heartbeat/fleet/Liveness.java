package fil.heartbeat.fleet;

/** Whether beats of a node arrive. */
public enum Liveness {
  /** Its beats arrive. */
  BEATING("beating"),
  /** Its beats are overdue according to the detector, on an open connection. */
  SILENT("silent"),
  /** It has had no connection for a while. */
  DISCONNECTED("disconnected"),
  /** Expected, and never seen. */
  MISSING("missing"),
  /** It announced its stop or closed its connection regularly, and has sent no beat since. */
  STOPPED("stopped");

  private final String label;

  Liveness(String label) {
    this.label = label;
  }

  /** Whether the node counts as present: it beats, or at least its connection is open. */
  public boolean isHeard() {
    return this == BEATING || this == SILENT;
  }

  /** Returns the label used by the HTTP API. */
  public String label() {
    return label;
  }
}
