package fil.heartbeat.libp2p;

import org.jspecify.annotations.Nullable;

/** A failure of this library, with a code for callers to act on and a message for people. */
public final class Libp2pException extends RuntimeException {

  /** What went wrong, as far as a caller needs to know to choose what to do. */
  public enum Code {
    /** The address is not one that can be dialled or listened on. */
    BAD_ADDRESS,
    /** The name has no usable address. */
    UNRESOLVED,
    /** The address could not be bound. */
    BIND_FAILED,
    /** TCP connect failed. */
    CONNECT_FAILED,
    /** The security handshake failed, or the peer speaks no protocol of ours for it. */
    HANDSHAKE_FAILED,
    /** The peer proved another id than the one dialled. */
    WRONG_PEER,
    /** The peer serves none of the proposed protocols. */
    PROTOCOL_REFUSED,
    /** Not done in time. */
    TIMEOUT,
    /** A limit of ours or of the peer was reached. */
    LIMIT,
    /** The peer broke the rules of a protocol. */
    PROTOCOL_ERROR,
    /** The peer reset the stream. */
    RESET,
    /** The peer reset the stream since newer ones of our id took its place. */
    SUPPLANTED,
    /** The connection ended. */
    CONNECTION_LOST,
    /** The host or the stream was closed by us. */
    CLOSED
  }

  private static final long serialVersionUID = 1L;

  private final Code code;

  /** A failure without a cause below it. */
  public Libp2pException(Code code, String message) {
    this(code, message, null);
  }

  /**
   * @param message what happened and what was expected, without the code
   */
  public Libp2pException(Code code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** What a caller may act on. */
  public Code code() {
    return code;
  }
}
