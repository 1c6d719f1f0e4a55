package fil.heartbeat.interop;

/** What cases of the interop run share, though several of them run at once. */
final class Machine {
  /**
   * Held by whatever keeps all processors busy by itself, so that two of these are never at work
   * together; those that mostly wait go on beside it.
   */
  static final String PROCESSORS = "processors";

  private Machine() {}
}
