package fil.heartbeat.alert.sink;

import fil.heartbeat.config.SinkConfig;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;

/** Limits how long an attempt may take. */
@FunctionalInterface
interface Limit {

  /**
   * The attempt's result; fails with {@link java.util.concurrent.TimeoutException} after the limit.
   */
  Future<Void> on(Future<Void> attempt);

  /** The limit of a configuration. */
  static Limit of(SinkConfig config) {
    return attempt -> attempt.timeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
  }
}
