package fil.heartbeat.alert.model;

/** The result of a rule for one subject. */
public enum Condition {
  TRUE,
  FALSE,
  /** Cannot be judged. Neither starts nor resolves a firing alert; drops a pending one. */
  UNKNOWN;

  public static Condition of(boolean holds) {
    return holds ? TRUE : FALSE;
  }
}
