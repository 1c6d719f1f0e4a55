package fil.heartbeat.swarm;

/** Decides about the beats of one node to one target: never more than one write in progress. */
final class BeatGate {
  private final SwarmCounters counters;
  private long most;
  private boolean connected;
  private boolean writing;
  private long written;

  /**
   * @param most beats to send before it falls silent
   */
  BeatGate(SwarmCounters counters, long most) {
    this.counters = counters;
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
    counters.due(1);
    if (!connected || writing) {
      counters.skip(connected ? BeatSkip.WRITE_PENDING : BeatSkip.NOT_CONNECTED, 1);
      return false;
    }
    writing = true;
    counters.writing();
    return true;
  }

  /** Counts beats that were due while the ring did not advance. */
  void missed(long beats) {
    if (!isSilent()) {
      counters.due(beats);
      counters.skip(BeatSkip.LATE, beats);
    }
  }

  void connected() {
    connected = true;
    counters.connected();
  }

  /** Ends the write. */
  void written() {
    if (writing) {
      writing = false;
      written++;
      counters.sent();
    }
  }

  /** Notes that the stream ended, and with it any write in progress. */
  void disconnected() {
    if (writing) {
      writing = false;
      counters.writeFailed();
    }
    if (connected) {
      connected = false;
      counters.disconnected();
    }
  }

  /** Ends its silence, or prevents it. */
  void recover() {
    most = Long.MAX_VALUE;
  }

  private boolean isSilent() {
    return written >= most;
  }
}
