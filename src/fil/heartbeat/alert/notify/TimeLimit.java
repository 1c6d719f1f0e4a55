package fil.heartbeat.alert.notify;

import io.vertx.core.Future;
import java.time.Duration;

/** Limits how long to wait for others. */
@FunctionalInterface
public interface TimeLimit {

  /**
   * The future's result on the context of alerting; fails with {@link
   * java.util.concurrent.TimeoutException} after the limit.
   */
  <T> Future<T> within(Future<T> future, Duration limit);
}
