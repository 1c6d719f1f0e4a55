package fil.heartbeat.libp2p.net;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A few daemon threads with a bounded queue, for work that must not run on an event loop. Threads
 * start with the first work and end after ten idle seconds.
 */
final class WorkPool {
  private static final long IDLE_SECONDS = 10;

  private final Executor executor;
  private final Runnable onClose;

  /**
   * @param executor rejects work that it has no room for
   */
  WorkPool(Executor executor, Runnable onClose) {
    this.executor = executor;
    this.onClose = onClose;
  }

  static WorkPool threads(String name, int threads, int maxWaiting) {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(maxWaiting),
            work -> {
              Thread thread = new Thread(work, name);
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    return new WorkPool(executor, executor::shutdownNow);
  }

  /**
   * Queues work.
   *
   * @param cancelled skips the work when it is true by the time a thread is free
   * @param done called on the loop with the value or the exception; not called for skipped work
   * @return false when the queue is full or the pool closed
   */
  <T> boolean submit(
      Callable<T> work,
      AtomicBoolean cancelled,
      Loop loop,
      BiConsumer<@Nullable T, @Nullable Throwable> done) {
    try {
      executor.execute(
          () -> {
            if (!cancelled.get()) {
              perform(work, loop, done);
            }
          });
      return true;
    } catch (RejectedExecutionException full) {
      return false;
    }
  }

  private static <T> void perform(
      Callable<T> work, Loop loop, BiConsumer<@Nullable T, @Nullable Throwable> done) {
    try {
      T value = work.call();
      loop.execute(() -> done.accept(value, null));
    } catch (Exception failure) {
      loop.execute(() -> done.accept(null, failure));
    } catch (Error failure) {
      loop.execute(() -> done.accept(null, failure));
      throw failure;
    }
  }

  /** Drops waiting work and interrupts running work. */
  void close() {
    onClose.run();
  }
}
