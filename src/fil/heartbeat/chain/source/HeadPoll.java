package fil.heartbeat.chain.source;

import fil.heartbeat.chain.source.RpcException.Kind;
import fil.heartbeat.client.Backoff;
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
  private static final Duration LEAST_DELAY = Duration.ofMillis(1);

  private final Duration period;
  private final Backoff backoff;
  private @Nullable ChainHead head;
  private @Nullable Throwable failure;
  private int failures;

  HeadPoll(Duration period) {
    this.period = period;
    this.backoff = new Backoff(period.dividedBy(2), longer(period, MAX_BACKOFF));
  }

  /** A head was read; what is known of syncing stays until {@link #syncing} tells more. */
  void succeeded(ChainHead reading) {
    ChainHead last = head;
    head = last == null ? reading : reading.withSyncing(last.syncing());
    failure = null;
    failures = 0;
  }

  /** The node told, or did not tell, whether it is syncing. */
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
   * When to look again. After a success: a period after the last look began. After failures: half a
   * period at first, then twice as long each time, and never beyond max(period, 5 s).
   *
   * @param spent how long the look took
   */
  Duration delay(Duration spent) {
    if (failures == 0) {
      return longer(period.minus(spent), LEAST_DELAY);
    }
    return longer(backoff.after(failures), LEAST_DELAY);
  }

  /**
   * The reading to answer with. Null when a failure is the answer: there is no head, or reading has
   * failed and the last one is no longer {@link Freshness fresh} for any sender.
   */
  @Nullable ChainHead answer(Instant now) {
    ChainHead last = head;
    if (last == null || last.key().isEmpty()) {
      return null;
    }
    return failure != null && last.asOf().plus(Freshness.maxAge(period)).isBefore(now)
        ? null
        : last;
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
