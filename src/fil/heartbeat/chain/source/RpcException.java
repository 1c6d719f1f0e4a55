package fil.heartbeat.chain.source;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON-RPC request without a usable answer. The message says what happened and what the operator
 * can do; it shows no token, user, password or query.
 */
public final class RpcException extends RuntimeException {

  /** What an answer that is no result means, whatever its HTTP status is. */
  public enum Kind {
    /** The node, or a proxy before it, refuses the token or wants one. */
    NOT_AUTHORISED,
    /** The node does not know the method; never a guess from the text of another error. */
    NO_METHOD,
    /** Too many requests. */
    RATE_LIMITED,
    /** A redirect; none is followed. */
    MOVED,
    /** Something answers there, but not at that path. */
    WRONG_PATH,
    /** No whole answer: nothing listens, a proxy has no node behind it, too slow, too long. */
    UNAVAILABLE,
    /** The node could not do what was asked. */
    NODE_ERROR,
    /** The certificate is not accepted, or there is no TLS at that port. */
    TLS,
    /** An answer that no node gives. */
    BAD_ANSWER;

    /** Returns the word for log lines, such as {@code not-authorised}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private static final long serialVersionUID = 1L;
  private final Kind kind;
  private final @Nullable Duration retryAfter;

  RpcException(Kind kind, String message) {
    this(kind, message, null);
  }

  RpcException(Kind kind, String message, @Nullable Duration retryAfter) {
    super(message);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  /** Whether a call failed because the node does not have the method. */
  static boolean isNoMethod(Throwable failure) {
    return failure instanceof RpcException e && e.kind() == Kind.NO_METHOD;
  }

  /**
   * Whether a failure is about the method that was called; any other call would meet every other
   * one too.
   */
  static boolean isOfMethod(Throwable failure) {
    return failure instanceof RpcException e
        && switch (e.kind()) {
          case NO_METHOD, NODE_ERROR, BAD_ANSWER -> true;
          case NOT_AUTHORISED, RATE_LIMITED, MOVED, WRONG_PATH, UNAVAILABLE, TLS -> false;
        };
  }

  /** Returns the kind of failure. */
  public Kind kind() {
    return kind;
  }

  /** Returns the wait that the server asks for; empty when it asks for none. */
  Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
