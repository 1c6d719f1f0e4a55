package fil.heartbeat.libp2p;

import org.jspecify.annotations.Nullable;

/** A failure of this library, with a code for callers and a message for people. */
public final class Libp2pException extends RuntimeException {

  /** The kinds of failure that callers may handle differently. */
  public enum Code {
    /** The address is not one that can be dialled or listened on. */
    BAD_ADDRESS,
    /** The name has no usable address. */
    UNRESOLVED,
    /** The address could not be bound. */
    BIND_FAILED,
    /** TCP connect failed. */
    CONNECT_FAILED,
    /** The security handshake failed, or both sides share no security protocol. */
    HANDSHAKE_FAILED,
    /** The peer proved another id than the one dialled. */
    WRONG_PEER,
    /** The peer serves none of the proposed protocols. */
    PROTOCOL_REFUSED,
    /** Not done in time. */
    TIMEOUT,
    /** A limit of this host or of the peer was reached. */
    LIMIT,
    /** The peer broke the rules of a protocol. */
    PROTOCOL_ERROR,
    /** The peer reset the stream. */
    RESET,
    /** The peer reset the stream because newer ones of this peer id replaced it. */
    SUPPLANTED,
    /** The connection ended. */
    CONNECTION_LOST,
    /** This side closed the host or the stream. */
    CLOSED
  }

  private static final long serialVersionUID = 1L;

  private final Code code;

  /** Creates a failure without a cause. */
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

  private Libp2pException(Code code, String message, boolean traced) {
    super(message, null, true, traced);
    this.code = code;
  }

  /**
   * Something that happened on the network and not in this program, such as the end of a
   * connection: no stack trace would explain it, and each costs more than the rest of such an end.
   */
  public static Libp2pException event(Code code, String message) {
    return new Libp2pException(code, message, false);
  }

  /** Returns the code for callers. */
  public Code code() {
    return code;
  }
}
