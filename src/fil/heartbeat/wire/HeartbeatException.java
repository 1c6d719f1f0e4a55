package fil.heartbeat.wire;

/** Thrown for bytes that are not heartbeats; the stream that sent them must be reset. */
public final class HeartbeatException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  HeartbeatException(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  /**
   * Returns a short stable word for counters: {@code malformed}, {@code too-large} or {@code
   * too-deep}.
   */
  public String reason() {
    return reason;
  }
}
