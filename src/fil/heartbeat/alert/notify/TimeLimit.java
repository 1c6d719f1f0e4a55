package fil.heartbeat.alert.notify;

import io.vertx.core.Future;
import java.time.Duration;

/** How long others are waited for. */
@FunctionalInterface
public interface TimeLimit {

  /**
   * The same on the context of alerts, or a {@link java.util.concurrent.TimeoutException} when it
   * takes longer.
   */
  <T> Future<T> within(Future<T> future, Duration limit);
}
