package fil.heartbeat.testing;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Waits of test threads, each with an end. */
public final class Await {
  /** Guards against hanging only. */
  private static final long SECONDS = 60;

  private Await() {}

  public static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
    T taken = queue.poll(SECONDS, TimeUnit.SECONDS);
    if (taken == null) {
      throw new AssertionError("nothing came");
    }
    return taken;
  }

  @CanIgnoreReturnValue
  public static <T> T done(Future<T> future) throws Exception {
    return done(future.toCompletionStage());
  }

  @CanIgnoreReturnValue
  public static <T> T done(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
  }

  /** Whether the future fails, as it does when a fake stream is closed by us. */
  public static boolean failed(CompletableFuture<?> future) {
    try {
      Object unused = future.get(SECONDS, TimeUnit.SECONDS);
      return false;
    } catch (ExecutionException e) {
      return true;
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("the future was never done", e);
    }
  }

  /** Looks again and again; a condition that throws ends the wait with what it threw. */
  public static void until(Vertx vertx, BooleanSupplier condition) throws InterruptedException {
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
