package fil.heartbeat.sender;

/**
 * Why a beat that was due did not go out. Beats due = beats sent + beats skipped + the one that is
 * being made now.
 */
public enum SkipReason {
  /** A tick of a timer that catches up after a stall: too close to the beat before it. */
  BURST("burst"),
  /** No stream to the target. */
  NOT_CONNECTED("not-connected"),
  /** The beat before it still waits for its head or miner address. */
  HEAD_PENDING("head-pending"),
  /** The beat before it is still being written. */
  WRITE_IN_FLIGHT("write-in-flight"),
  /** The stream ended while the beat was made. */
  CONNECTION_LOST("connection-lost"),
  /** The write failed or ran out of time. */
  WRITE_FAILED("write-failed"),
  /** The beat could not be made: a fault of ours, which is logged. */
  BUILD_FAILED("build-failed");

  private final String label;

  SkipReason(String label) {
    this.label = label;
  }

  /** The value of the metric label {@code reason}. */
  public String label() {
    return label;
  }
}
