package fil.heartbeat.chain.source;

import fil.heartbeat.chain.source.RpcException.Kind;
import fil.heartbeat.client.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The state between polls of a head: the last reading, the last failure, and the next poll. Pure;
 * one owner.
 */
final class HeadPoll {
  static final int CODE_NO_HEAD = 1;
  static final int CODE_RPC_FAILED = 2;
  static final int CODE_NOT_AUTHORISED = 3;

  private static final Duration MAX_BACKOFF = Duration.ofSeconds(5);
  private static final Duration LEAST_DELAY = Duration.ofMillis(1);

  /** Soon after the operator's mend, as the token file is read again with each poll. */
  private static final Duration MAX_NOT_AUTHORISED = Duration.ofSeconds(10);

  private static final Duration WRONG_METHOD_OR_PATH = Duration.ofSeconds(10);
  private static final Duration MOVED = Duration.ofMinutes(1);
  private static final Duration NO_NODE = Duration.ofSeconds(30);

  /** Two rate limits within this time slow the poll down, for {@link #SLOW}. */
  private static final Duration LIMITS_WITHIN = Duration.ofMinutes(10);

  private static final Duration SLOW = Duration.ofHours(1);
  private static final Duration LONGEST_SLOW = Duration.ofSeconds(30);

  /** What a request may take, so that a slowed poll still comes before the last head is too old. */
  private static final Duration MARGIN = Duration.ofSeconds(1);

  private static final Backoff RATE_LIMITED = new Backoff(RetryAfter.LEAST, RetryAfter.MOST);

  private final Duration period;
  private final Duration maxAge;
  private final Backoff backoff;
  private @Nullable ChainHead head;
  private @Nullable Throwable failure;
  private int failures;

  /** Of the failures, the last ones that were all rate limits. */
  private int limits;

  private @Nullable Long limitedAt;
  private @Nullable Long slowSince;

  /**
   * @param period of polls
   * @param maxAge how long a head counts while no other can be read
   */
  HeadPoll(Duration period, Duration maxAge) {
    this.period = period;
    this.maxAge = maxAge;
    this.backoff = new Backoff(period.dividedBy(2), longer(period, MAX_BACKOFF));
  }

  /** Records a head; the sync state of the same chain stays until {@link #syncing} updates it. */
  void succeeded(ChainHead reading) {
    ChainHead last = head;
    head =
        last == null || !Objects.equals(last.genesis(), reading.genesis())
            ? reading
            : reading.withSyncing(last.syncing());
    failure = null;
    failures = 0;
    limits = 0;
  }

  /** Records whether the node is syncing; null when it does not report it. */
  void syncing(@Nullable Boolean told) {
    if (head != null) {
      head = head.withSyncing(told);
    }
  }

  /**
   * Records a failure.
   *
   * @param nowNanos monotonic
   */
  void failed(Throwable cause, long nowNanos) {
    failure = cause;
    failures++;
    if (kind(cause) != Kind.RATE_LIMITED) {
      limits = 0;
      return;
    }
    limits++;
    if (limitedAt != null && nowNanos - limitedAt <= LIMITS_WITHIN.toNanos()) {
      slowSince = nowNanos;
    }
    limitedAt = nowNanos;
  }

  /** Returns the time from one poll to the next while all is well. */
  Duration period(long nowNanos) {
    if (!isSlow(nowNanos)) {
      return period;
    }
    Duration doubled = shorter(period.multipliedBy(2), LONGEST_SLOW);
    return longer(period, shorter(doubled, maxAge.minus(MARGIN)));
  }

  private boolean isSlow(long nowNanos) {
    return slowSince != null && nowNanos - slowSince < SLOW.toNanos();
  }

  /**
   * Returns the wait before the next poll. After a success: a period after the last poll began.
   * After failures that may end by themselves: half a period at first, then twice as long each
   * time, and never beyond max(period, 5 s). What somebody must mend first is asked for less often.
   *
   * @param spent how long the last poll took
   * @param nowNanos monotonic
   */
  Duration delay(Duration spent, long nowNanos) {
    if (failures == 0) {
      return longer(period(nowNanos).minus(spent), LEAST_DELAY);
    }
    return switch (kind(failure)) {
      case UNAVAILABLE, NODE_ERROR -> retry();
      case NOT_AUTHORISED -> shorter(retry(), MAX_NOT_AUTHORISED);
      case NO_METHOD, WRONG_PATH -> WRONG_METHOD_OR_PATH;
      case MOVED -> MOVED;
      case TLS, BAD_ANSWER -> NO_NODE;
      case RATE_LIMITED -> limited();
    };
  }

  private Duration retry() {
    return longer(backoff.after(failures), LEAST_DELAY);
  }

  private Duration limited() {
    return failure instanceof RpcException e
        ? e.retryAfter().orElseGet(() -> RATE_LIMITED.after(limits))
        : RATE_LIMITED.after(limits);
  }

  private static Kind kind(@Nullable Throwable failure) {
    return failure instanceof RpcException e ? e.kind() : Kind.UNAVAILABLE;
  }

  /**
   * Returns the reading to answer with; null when the answer is a failure: there is no head, or
   * polling failed and the last reading is too old.
   */
  @Nullable ChainHead answer(Instant now) {
    ChainHead last = head;
    if (last == null || last.key().isEmpty()) {
      return null;
    }
    return failure != null && last.asOf().plus(maxAge).isBefore(now) ? null : last;
  }

  int failureCode() {
    if (kind(failure) == Kind.NOT_AUTHORISED) {
      return CODE_NOT_AUTHORISED;
    }
    return failure == null ? CODE_NO_HEAD : CODE_RPC_FAILED;
  }

  /** Returns what the last failure means, as a word for log lines. */
  String failureLabel() {
    return kind(failure).label();
  }

  String failureMessage() {
    if (failure != null) {
      return String.valueOf(failure.getMessage());
    }
    return head == null ? "no head read yet" : "the node has no head";
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
