package fil.heartbeat.chain.source;

import fil.heartbeat.chain.source.RpcException.Kind;
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

  private static final Duration LEAST_DELAY = Duration.ofMillis(1);

  private static final Duration NO_HEAD_METHOD = Duration.ofSeconds(10);

  /** Two rate limits within this time slow the poll down, for {@link #SLOW}. */
  private static final Duration LIMITS_WITHIN = Duration.ofMinutes(10);

  private static final Duration SLOW = Duration.ofHours(1);
  private static final Duration LONGEST_SLOW = Duration.ofSeconds(30);

  /** What a request may take, so that a slowed poll still comes before the last head is too old. */
  private static final Duration MARGIN = Duration.ofSeconds(1);

  private final Duration period;
  private final Duration maxAge;
  private final Retries retries;
  private @Nullable ChainHead head;
  private @Nullable Long limitedAt;
  private @Nullable Long slowSince;

  /**
   * @param period of polls
   * @param maxAge how long a head counts while no other can be read
   */
  HeadPoll(Duration period, Duration maxAge) {
    this.period = period;
    this.maxAge = maxAge;
    this.retries = new Retries(period, NO_HEAD_METHOD);
  }

  /** Records a head; the sync state of the same chain stays until {@link #syncing} updates it. */
  void succeeded(ChainHead reading) {
    ChainHead last = head;
    head =
        last == null || !Objects.equals(last.genesis(), reading.genesis())
            ? reading
            : reading.withSyncing(last.syncing());
    retries.succeeded();
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
    retries.failed(cause);
    if (retries.kind() != Kind.RATE_LIMITED) {
      return;
    }
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
   * After failures as {@link Retries} says.
   *
   * @param spent how long the last poll took
   * @param nowNanos monotonic
   */
  Duration delay(Duration spent, long nowNanos) {
    return retries.failure() == null
        ? longer(period(nowNanos).minus(spent), LEAST_DELAY)
        : retries.delay();
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
    return retries.failure() != null && last.asOf().plus(maxAge).isBefore(now) ? null : last;
  }

  int failureCode() {
    if (retries.failure() == null) {
      return CODE_NO_HEAD;
    }
    return retries.kind() == Kind.NOT_AUTHORISED ? CODE_NOT_AUTHORISED : CODE_RPC_FAILED;
  }

  /** Returns what the last failure means, as a word for log lines. */
  String failureLabel() {
    return retries.kind().label();
  }

  String failureMessage() {
    Throwable failure = retries.failure();
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
