package fil.heartbeat.sender;

import org.jspecify.annotations.Nullable;

/** A failed open or write of a {@link HeartbeatTransport}. */
public final class TransportException extends RuntimeException {

  /** What a caller can tell apart. */
  public enum Code {
    /** The target is not a usable address. */
    BAD_TARGET,
    /** The name has no address. */
    UNRESOLVED,
    /** No TCP connection. */
    CONNECT_FAILED,
    /** The handshake failed. */
    HANDSHAKE_FAILED,
    /** Another peer answered than the one in the target. */
    WRONG_PEER,
    /** The peer does not serve the heartbeat protocol. */
    PROTOCOL_REFUSED,
    /** Not done in time. */
    TIMEOUT,
    /** A limit was reached. */
    LIMIT,
    /** The peer ended the stream since newer ones of our id took its place. */
    SUPPLANTED,
    /** The stream or its connection ended. */
    CONNECTION_LOST,
    /** Our side was closed. */
    CLOSED
  }

  private static final long serialVersionUID = 1L;
  private final Code code;

  public TransportException(Code code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public Code code() {
    return code;
  }
}
