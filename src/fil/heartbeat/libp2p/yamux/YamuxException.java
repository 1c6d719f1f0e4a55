package fil.heartbeat.libp2p.yamux;

/**
 * A violation by the peer that ends the session; the GO_AWAY to send is already in the output.
 * {@link #reason} is a short stable word for counters.
 */
public final class YamuxException extends Exception {
  /** The reason for a peer that went on opening streams that a limit refused. */
  public static final String REFUSED_STREAMS = "refused-streams";

  private static final long serialVersionUID = 1L;
  private final String reason;

  /**
   * @param reason a short stable word for counters
   */
  public YamuxException(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Returns a short stable word for counters. */
  public String reason() {
    return reason;
  }
}
