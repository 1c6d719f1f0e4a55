package fil.heartbeat.alert;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A receiver was not told, or did not say that it was. Its text holds no secret. */
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

  private final Kind kind;
  private final transient @Nullable Duration retryAfter;

  public DeliveryException(Kind kind, String message, @Nullable Duration retryAfter) {
    super(message);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  public Kind kind() {
    return kind;
  }

  /** When the receiver wants to be asked again; empty when it does not say. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
