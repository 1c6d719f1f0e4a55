package fil.heartbeat.chain.source;

/** A JSON-RPC request without a usable answer; the message says what the operator can do. */
public final class RpcException extends RuntimeException {

  /** The kinds that the event bus contract distinguishes or that callers handle differently. */
  public enum Kind {
    /** No usable answer from the node. */
    FAILED,
    /** The node refuses the token. */
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

  /** Returns the kind of failure. */
  public Kind kind() {
    return kind;
  }
}
