package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.Libp2pException;

/** A peer is refused after its handshake. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final Libp2pException.Code code;

  /** See {@link #reason} and {@link #code}. */
  public RefusedException(String reason, Libp2pException.Code code, String message) {
    super(message);
    this.reason = reason;
    this.code = code;
  }

  /** The label that counts it. */
  public String reason() {
    return reason;
  }

  /** What it means to a caller who dialled. */
  public Libp2pException.Code code() {
    return code;
  }
}
