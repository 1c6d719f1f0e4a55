package fil.heartbeat.wire;

/** Bytes that are no heartbeats; the stream that sent them is to be reset. */
public final class HeartbeatException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  HeartbeatException(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** A short stable word for counters: {@code malformed}, {@code too-large} or {@code too-deep}. */
  public String reason() {
    return reason;
  }
}
