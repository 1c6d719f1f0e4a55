package fil.heartbeat.chain.source;

import fil.heartbeat.chain.source.RpcException.Kind;
import fil.heartbeat.client.Backoff;
import java.time.Duration;
import java.time.Instant;
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

  private final Duration period;
  private final Duration maxAge;
  private final Backoff backoff;
  private @Nullable ChainHead head;
  private @Nullable Throwable failure;
  private int failures;

  /**
   * @param period of polls
   * @param maxAge how long a head counts while no other can be read
   */
  HeadPoll(Duration period, Duration maxAge) {
    this.period = period;
    this.maxAge = maxAge;
    this.backoff = new Backoff(period.dividedBy(2), longer(period, MAX_BACKOFF));
  }

  /** Records a head; the sync state stays until {@link #syncing} updates it. */
  void succeeded(ChainHead reading) {
    ChainHead last = head;
    head = last == null ? reading : reading.withSyncing(last.syncing());
    failure = null;
    failures = 0;
  }

  /** Records whether the node is syncing; null when it does not report it. */
  void syncing(@Nullable Boolean told) {
    if (head != null) {
      head = head.withSyncing(told);
    }
  }

  void failed(Throwable cause) {
    failure = cause;
    failures++;
  }

  /**
   * Returns the wait before the next poll. After a success: a period after the last poll began.
   * After failures: half a period at first, then twice as long each time, and never beyond
   * max(period, 5 s).
   *
   * @param spent how long the last poll took
   */
  Duration delay(Duration spent) {
    if (failures == 0) {
      return longer(period.minus(spent), LEAST_DELAY);
    }
    return longer(backoff.after(failures), LEAST_DELAY);
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
    if (failure instanceof RpcException e && e.kind() == Kind.NOT_AUTHORISED) {
      return CODE_NOT_AUTHORISED;
    }
    return failure == null ? CODE_NO_HEAD : CODE_RPC_FAILED;
  }

  String failureMessage() {
    if (failure != null) {
      return String.valueOf(failure.getMessage());
    }
    return head == null ? "no head read yet" : "the node has no head";
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
