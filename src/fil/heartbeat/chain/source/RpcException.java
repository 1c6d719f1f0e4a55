package fil.heartbeat.chain.source;

/** A JSON-RPC request without a usable answer; the message says what a person can do. */
public final class RpcException extends RuntimeException {

  /** What the event bus contract tells apart, and what the caller does about it. */
  public enum Kind {
    /** No usable answer from the node. */
    FAILED,
    /** The node wants another token. */
    NOT_AUTHORISED,
    /** The node does not know the method. */
    NO_METHOD
  }

  private static final long serialVersionUID = 1L;
  private final Kind kind;

  RpcException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** What kind of failure it is. */
  public Kind kind() {
    return kind;
  }
}
