package fil.heartbeat.swarm;

/** Why a beat that was due was not sent. */
enum BeatSkip {
  /** No stream to the target. */
  NOT_CONNECTED("not-connected"),
  /** The beat before is still being written. */
  WRITE_PENDING("write-pending"),
  /** The stream ended during the write. */
  WRITE_FAILED("write-failed"),
  /** This process did not reach it within a period. */
  LATE("late"),
  /** The write was in progress when the swarm ended. */
  UNFINISHED("unfinished");

  private final String label;

  BeatSkip(String label) {
    this.label = label;
  }

  /** The word in the summary. */
  String label() {
    return label;
  }
}
