package fil.heartbeat.swarm;

/** Decides about the beats of one node to one target: never more than one write under way. */
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
   * A beat is due.
   *
   * @return whether to write it now, which {@link #written} or {@link #disconnected} is to follow
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

  /** Beats were due when nobody looked. */
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

  /** The write is done. */
  void written() {
    if (writing) {
      writing = false;
      written++;
      tally.sent();
    }
  }

  /** The stream ended, and with it the write that was under way. */
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
