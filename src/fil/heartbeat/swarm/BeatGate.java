package fil.heartbeat.swarm;

/** Decides about the beats of one node to one target: never more than one write in progress. */
final class BeatGate {
  private final SwarmCounters tally;
  private final long most;
  private boolean connected;
  private boolean writing;
  private long written;

  /**
   * @param most beats to send before it falls silent for good
   */
  BeatGate(SwarmCounters tally, long most) {
    this.tally = tally;
    this.most = most;
  }

  /**
   * Takes a beat that is due.
   *
   * @return whether to write it now; then {@link #written} or {@link #disconnected} must follow
   */
  boolean due() {
    if (isSilent()) {
      return false;
    }
    tally.due(1);
    if (!connected || writing) {
      tally.skip(connected ? BeatSkip.WRITE_PENDING : BeatSkip.NOT_CONNECTED, 1);
      return false;
    }
    writing = true;
    tally.writing();
    return true;
  }

  /** Counts beats that were due while the ring did not advance. */
  void missed(long beats) {
    if (!isSilent()) {
      tally.due(beats);
      tally.skip(BeatSkip.LATE, beats);
    }
  }

  void connected() {
    connected = true;
    tally.connected();
  }

  /** Ends the write. */
  void written() {
    if (writing) {
      writing = false;
      written++;
      tally.sent();
    }
  }

  /** Notes that the stream ended, and with it any write in progress. */
  void disconnected() {
    if (writing) {
      writing = false;
      tally.writeFailed();
    }
    if (connected) {
      connected = false;
      tally.disconnected();
    }
  }

  private boolean isSilent() {
    return written >= most;
  }
}
