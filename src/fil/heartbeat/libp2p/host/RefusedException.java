package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.Libp2pException;

/** A peer is refused after its handshake. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final Libp2pException.Code code;

  /** Creates the exception; see {@link #reason} and {@link #code}. */
  public RefusedException(String reason, Libp2pException.Code code, String message) {
    super(message);
    this.reason = reason;
    this.code = code;
  }

  /** Returns the label of its counter. */
  public String reason() {
    return reason;
  }

  /** Returns the code for a caller that dialled. */
  public Libp2pException.Code code() {
    return code;
  }
}
