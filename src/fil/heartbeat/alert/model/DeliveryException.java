package fil.heartbeat.alert.model;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A receiver was not reached, or did not confirm. Its text holds no secret. */
public final class DeliveryException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What went wrong, for counters. */
  public enum Kind {
    /** No connection, or none in time. */
    UNREACHABLE,
    TIMEOUT,
    /** It said that it is asked too much. */
    LIMITED,
    /** It said no: a wrong URL, key or body. */
    REFUSED,
    /** It failed by its own account. */
    FAILED
  }

  /** What a receiver may ask for: one that errs, or lies, must not go without alerts for days. */
  public static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);

  private final Kind kind;
  private final transient @Nullable Duration retryAfter;

  /**
   * @param retryAfter when the receiver wants to be asked again, {@link #MAX_RETRY_AFTER} at most
   *     counts; null when it does not say
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

  /** When the receiver wants to be asked again; empty when it does not say. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
