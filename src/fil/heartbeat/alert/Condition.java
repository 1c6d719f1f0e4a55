package fil.heartbeat.alert;

/** Whether something holds, as far as it can be known. */
enum Condition {
  TRUE,
  FALSE,
  /** Neither begins nor ends an alert that fires; ends a pending one. */
  UNKNOWN;

  static Condition of(boolean holds) {
    return holds ? TRUE : FALSE;
  }
}
