package fil.heartbeat.alert.model;

/** Whether something holds, as far as it can be known. */
public enum Condition {
  TRUE,
  FALSE,
  /** Neither begins nor ends an alert that fires; ends a pending one. */
  UNKNOWN;

  public static Condition of(boolean holds) {
    return holds ? TRUE : FALSE;
  }
}
