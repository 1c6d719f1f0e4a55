package fil.heartbeat.libp2p.yamux;

/**
 * Frames that change nothing: every honest peer sends some, since ends race with what is under way.
 */
public enum IgnoredFrame {
  /** For a stream that is not there, or no more. */
  UNKNOWN_STREAM("unknown-stream"),

  /**
   * DATA behind the sender's own FIN, as two threads of a go peer send it; the credit went back.
   */
  BEHIND_FIN("behind-fin"),

  /** An answer to no ping of ours. */
  STRAY_PONG("stray-pong");

  private final String label;

  IgnoredFrame(String label) {
    this.label = label;
  }

  /** A short stable label for counters. */
  public String label() {
    return label;
  }
}
