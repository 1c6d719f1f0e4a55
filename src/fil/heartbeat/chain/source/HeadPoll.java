package fil.heartbeat.chain.source;

import fil.heartbeat.chain.source.RpcException.Kind;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the head between polls: the last reading, the last failure, and when to look
 * again. Pure; one owner.
 */
final class HeadPoll {
  static final int CODE_NO_HEAD = 1;
  static final int CODE_RPC_FAILED = 2;
  static final int CODE_NOT_AUTHORISED = 3;

  private static final Duration MAX_BACKOFF = Duration.ofSeconds(5);
  private static final int MAX_DOUBLINGS = 6;

  private final Duration period;
  private final Duration keepAfterFailure;
  private @Nullable ChainHead head;
  private @Nullable Throwable failure;
  private int failures;

  HeadPoll(Duration period) {
    this.period = period;
    Duration twoPeriods = period.multipliedBy(2);
    Duration ten = Duration.ofSeconds(10);
    this.keepAfterFailure = twoPeriods.compareTo(ten) > 0 ? twoPeriods : ten;
  }

  void succeeded(ChainHead reading) {
    head = reading;
    failure = null;
    failures = 0;
  }

  void failed(Throwable cause) {
    failure = cause;
    failures++;
  }

  /**
   * When to look again: the period, after failures sooner at first and never beyond max(period, 5
   * s).
   */
  Duration delay() {
    if (failures == 0) {
      return period;
    }
    Duration first = period.dividedBy(2);
    Duration doubled = first.multipliedBy(1L << Math.min(failures - 1, MAX_DOUBLINGS));
    Duration most = period.compareTo(MAX_BACKOFF) > 0 ? period : MAX_BACKOFF;
    return doubled.compareTo(most) > 0 ? most : doubled;
  }

  /** The reading to answer with; null when a failure is the answer. */
  @Nullable ChainHead answer(Instant now) {
    ChainHead last = head;
    boolean outlived =
        last != null && failure != null && last.asOf().plus(keepAfterFailure).isBefore(now);
    return outlived ? null : last;
  }

  int failureCode() {
    if (failure instanceof RpcException e) {
      return e.kind() == Kind.NOT_AUTHORISED ? CODE_NOT_AUTHORISED : CODE_RPC_FAILED;
    }
    return failure == null ? CODE_NO_HEAD : CODE_RPC_FAILED;
  }

  String failureMessage() {
    Throwable cause = failure;
    return cause == null ? "no head read yet" : String.valueOf(cause.getMessage());
  }
}
