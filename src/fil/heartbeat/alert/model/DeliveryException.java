package fil.heartbeat.alert.model;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A receiver was not reached, or did not confirm. Its message contains no secret. */
public final class DeliveryException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The cause, for counters. */
  public enum Kind {
    /** No connection, or none in time. */
    UNREACHABLE,
    TIMEOUT,
    /** The receiver limits the rate of requests. */
    LIMITED,
    /** The receiver rejected it: a wrong URL, key or body. */
    REFUSED,
    /** The receiver reported a failure of its own. */
    FAILED
  }

  /**
   * The longest pause that a receiver can ask for, so that a wrong or false value does not stop
   * alerts for days.
   */
  public static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);

  private final Kind kind;
  private final transient @Nullable Duration retryAfter;

  /**
   * @param retryAfter the pause that the receiver asks for, used up to {@link #MAX_RETRY_AFTER};
   *     null when it asks for none
   */
  public DeliveryException(Kind kind, String message, @Nullable Duration retryAfter) {
    super(message);
    this.kind = kind;
    this.retryAfter =
        retryAfter == null || retryAfter.compareTo(MAX_RETRY_AFTER) <= 0
            ? retryAfter
            : MAX_RETRY_AFTER;
  }

  public Kind kind() {
    return kind;
  }

  /** The pause that the receiver asks for; empty when it asks for none. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
