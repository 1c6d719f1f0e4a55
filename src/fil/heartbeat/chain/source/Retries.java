package fil.heartbeat.chain.source;

import fil.heartbeat.chain.source.RpcException.Kind;
import fil.heartbeat.client.Backoff;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a node or a miner that failed is asked again, by what its failures mean. What may end by
 * itself is asked soon; what somebody must mend first is asked for less often. Pure; one owner.
 */
final class Retries {
  private static final Duration LEAST = Duration.ofMillis(1);
  private static final Duration MAX_BACKOFF = Duration.ofSeconds(5);

  /** Soon after the operator's mend, as the token file is read again with each call. */
  private static final Duration MAX_NOT_AUTHORISED = Duration.ofSeconds(10);

  private static final Duration WRONG_PATH = Duration.ofSeconds(10);
  private static final Duration MOVED = Duration.ofMinutes(1);
  private static final Duration NO_NODE = Duration.ofSeconds(30);
  private static final Backoff RATE_LIMITED = new Backoff(RetryAfter.LEAST, RetryAfter.MOST);

  private final Backoff backoff;
  private final Duration noMethod;
  private @Nullable Throwable failure;
  private int failures;

  /** Of the failures, the last ones that were all rate limits. */
  private int limits;

  /**
   * @param period while all is well; after a failure the first wait is half of it, and the longest
   *     max(period, 5 s)
   * @param noMethod wait after {@link Kind#NO_METHOD}
   */
  Retries(Duration period, Duration noMethod) {
    Duration most = period.compareTo(MAX_BACKOFF) > 0 ? period : MAX_BACKOFF;
    this.backoff = new Backoff(period.dividedBy(2), most);
    this.noMethod = noMethod;
  }

  void succeeded() {
    failure = null;
    failures = 0;
    limits = 0;
  }

  void failed(Throwable cause) {
    failure = cause;
    failures++;
    limits = kind() == Kind.RATE_LIMITED ? limits + 1 : 0;
  }

  /** Returns the last failure; null after a success. */
  @Nullable Throwable failure() {
    return failure;
  }

  /** Returns what the last failure means; that of a call that did not end as one is not known. */
  Kind kind() {
    return failure instanceof RpcException e ? e.kind() : Kind.UNAVAILABLE;
  }

  /** Returns the wait after the last failure. */
  Duration delay() {
    return switch (kind()) {
      case UNAVAILABLE, NODE_ERROR -> backoff();
      case NOT_AUTHORISED -> shorter(backoff(), MAX_NOT_AUTHORISED);
      case NO_METHOD -> noMethod;
      case WRONG_PATH -> WRONG_PATH;
      case MOVED -> MOVED;
      case TLS, BAD_ANSWER -> NO_NODE;
      case RATE_LIMITED -> limited();
    };
  }

  private Duration backoff() {
    Duration wait = backoff.after(Math.max(1, failures));
    return wait.compareTo(LEAST) > 0 ? wait : LEAST;
  }

  private Duration limited() {
    return failure instanceof RpcException e
        ? e.retryAfter().orElseGet(() -> RATE_LIMITED.after(limits))
        : RATE_LIMITED.after(limits);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
