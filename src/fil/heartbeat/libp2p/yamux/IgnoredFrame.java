package fil.heartbeat.libp2p.yamux;

/**
 * Frames that change nothing: every honest peer sends some, since the end of a stream races with
 * frames already on their way.
 */
public enum IgnoredFrame {
  /** For a stream that does not exist, or no longer. */
  UNKNOWN_STREAM("unknown-stream"),

  /**
   * DATA after the sender's own FIN, as two threads of a go-libp2p peer may send it; its credit was
   * returned.
   */
  BEHIND_FIN("behind-fin"),

  /** An answer that matches no ping of this side. */
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
