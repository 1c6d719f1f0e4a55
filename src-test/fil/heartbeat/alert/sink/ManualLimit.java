package fil.heartbeat.alert.sink;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;

/** A limit that an attempt exceeds when a test says so. */
final class ManualLimit implements Limit {
  private final List<Promise<Void>> attempts = new CopyOnWriteArrayList<>();

  @Override
  public Future<Void> on(Future<Void> attempt) {
    Promise<Void> bounded = Promise.promise();
    attempts.add(bounded);
    var ignored =
        attempt.onComplete(
            result -> {
              boolean unused =
                  result.succeeded() ? bounded.tryComplete() : bounded.tryFail(result.cause());
            });
    return bounded.future();
  }

  /** Ends the time of all attempts so far. */
  void passes() {
    attempts.forEach(
        attempt -> {
          boolean unused = attempt.tryFail(new TimeoutException("passed"));
        });
  }
}
