package fil.heartbeat.sender;

/**
 * Why a due beat was not sent. Beats due = beats sent + beats skipped + the one being built now.
 */
public enum SkipReason {
  /** A timer tick that catches up after a stall: too close to the previous beat. */
  BURST("burst"),
  /** No stream to the target. */
  NOT_CONNECTED("not-connected"),
  /** The previous beat still waits for its head or miner address. */
  HEAD_PENDING("head-pending"),
  /** The previous beat is still being written. */
  WRITE_IN_FLIGHT("write-in-flight"),
  /** The stream ended while the beat was built. */
  CONNECTION_LOST("connection-lost"),
  /** The write failed or ran out of time. */
  WRITE_FAILED("write-failed"),
  /** The beat could not be built: an internal fault, which is logged. */
  BUILD_FAILED("build-failed");

  private final String label;

  SkipReason(String label) {
    this.label = label;
  }

  /** Returns the value of the metric label {@code reason}. */
  public String label() {
    return label;
  }
}
