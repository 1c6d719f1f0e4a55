package fil.heartbeat.alert.canary;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits of test threads, each with an end. */
final class Await {
  private static final long SECONDS = 20;

  private Await() {}

  static <T> T done(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
  }

  static void settled(Future<Void> future) throws Exception {
    boolean done = done(future.map(true));
    if (!done) {
      throw new AssertionError("not done");
    }
  }

  static void until(Vertx vertx, BooleanSupplier condition) throws InterruptedException {
    CountDownLatch held = new CountDownLatch(1);
    long timer =
        vertx.setPeriodic(
            1,
            id -> {
              if (condition.getAsBoolean()) {
                held.countDown();
              }
            });
    try {
      if (!held.await(SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("the condition never held");
      }
    } finally {
      vertx.cancelTimer(timer);
    }
  }
}
