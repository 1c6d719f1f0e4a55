package fil.heartbeat.alert.canary;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

  /** Looks again and again; a condition that throws ends the wait with what it threw. */
  static void until(Vertx vertx, BooleanSupplier condition) throws InterruptedException {
    CompletableFuture<Boolean> held = new CompletableFuture<>();
    long timer =
        vertx.setPeriodic(
            1,
            id -> {
              try {
                if (condition.getAsBoolean()) {
                  held.complete(true);
                }
              } catch (RuntimeException | AssertionError e) {
                held.completeExceptionally(e);
              }
            });
    try {
      held.get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("the condition threw", e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("the condition never held", e);
    } finally {
      vertx.cancelTimer(timer);
    }
  }
}
