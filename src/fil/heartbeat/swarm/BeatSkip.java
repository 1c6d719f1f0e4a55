package fil.heartbeat.swarm;

/** Why a beat that was due was not sent. */
enum BeatSkip {
  /** No stream to the target. */
  NOT_CONNECTED("not-connected"),
  /** The beat before is still being written. */
  WRITE_PENDING("write-pending"),
  /** The stream ended during the write. */
  WRITE_FAILED("write-failed"),
  /** This process did not get round to it within a period. */
  LATE("late"),
  /** The write was under way when the swarm ended. */
  UNFINISHED("unfinished");

  private final String label;

  BeatSkip(String label) {
    this.label = label;
  }

  /** As the summary says it. */
  String label() {
    return label;
  }
}
