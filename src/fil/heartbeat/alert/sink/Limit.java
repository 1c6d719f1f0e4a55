package fil.heartbeat.alert.sink;

import fil.heartbeat.config.SinkConfig;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;

/** How long an attempt may take. */
@FunctionalInterface
interface Limit {

  /** The same, or a {@link java.util.concurrent.TimeoutException} when it takes longer. */
  Future<Void> on(Future<Void> attempt);

  /** That of a configuration. */
  static Limit of(SinkConfig config) {
    return attempt -> attempt.timeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
  }
}
