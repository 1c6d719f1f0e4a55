package fil.heartbeat.sender;

import org.jspecify.annotations.Nullable;

/** A failed open or write of a {@link HeartbeatTransport}. */
public final class TransportException extends RuntimeException {

  /** The kinds of failure that callers can distinguish. */
  public enum Code {
    /** The target is not a usable address. */
    BAD_TARGET,
    /** The name has no address. */
    UNRESOLVED,
    /** No TCP connection. */
    CONNECT_FAILED,
    /** The handshake failed. */
    HANDSHAKE_FAILED,
    /** The peer that answered is not the one in the target. */
    WRONG_PEER,
    /** The peer does not serve the heartbeat protocol. */
    PROTOCOL_REFUSED,
    /** Not done in time. */
    TIMEOUT,
    /** A limit was reached. */
    LIMIT,
    /** The peer ended the stream because newer ones of the same peer id replaced it. */
    SUPPLANTED,
    /** The stream or its connection ended. */
    CONNECTION_LOST,
    /** This side was closed. */
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
