package fil.heartbeat.truth;

/** What is wrong on purpose in a world, to see that it is found out. */
enum Lie {
  NONE,
  /** A start finds no node that was there before. */
  NODES_FORGOTTEN,
  /** A start finds no alert that was there before. */
  ALERTS_FORGOTTEN,
  /** Alerts are not told that the clock was set. */
  STEPS_UNSAID,
  /** A receiver loses each fifth notification that it took. */
  NEWS_LOST,
  /** The API tells of the fleet as it was at the start. */
  OLD_ANSWERS
}
