package fil.heartbeat.sender;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Waits of test threads, each with an end. */
final class Await {
  private static final long SECONDS = 20;

  private Await() {}

  static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
    T taken = queue.poll(SECONDS, TimeUnit.SECONDS);
    if (taken == null) {
      throw new AssertionError("nothing came");
    }
    return taken;
  }

  static <T> T done(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
  }

  /** Whether the future fails, as it does when a fake stream is closed by us. */
  static boolean failed(CompletableFuture<?> future) {
    try {
      Object unused = future.get(SECONDS, TimeUnit.SECONDS);
      return false;
    } catch (ExecutionException e) {
      return true;
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("the future was never done", e);
    }
  }

  static void until(Vertx vertx, BooleanSupplier condition) throws InterruptedException {
    CountDownLatch held = new CountDownLatch(1);
    long timer =
        vertx.setPeriodic(
            0,
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
