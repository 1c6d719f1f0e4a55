package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.DeliveryException.Kind;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.text.Untrusted;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Converts failures below the protocol to {@link DeliveryException}. */
final class DeliveryFailures {
  private DeliveryFailures() {}

  /**
   * The exception of a failed attempt.
   *
   * @param target the receiver; null if it was not known yet
   */
  static DeliveryException of(Throwable failure, SinkConfig config, @Nullable Object target) {
    if (failure instanceof DeliveryException known) {
      return known;
    }
    String whom = target == null ? config.name() : target.toString();
    if (failure instanceof TimeoutException) {
      return new DeliveryException(
          Kind.TIMEOUT,
          "no whole answer from "
              + whom
              + " within "
              + config.timeout().toMillis()
              + " ms (expected: 2xx; it may have got it all the same)",
          null);
    }
    String message = failure.getMessage();
    return new DeliveryException(
        Kind.UNREACHABLE,
        whom
            + ": "
            + Untrusted.cut(
                Untrusted.line(message == null ? failure.getClass().getSimpleName() : message),
                HttpResult.MAX_SHOWN)
            + " (expected: that it answers; are the address and its certificate right?)",
        null);
  }
}
