package fil.heartbeat.context;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Promises whose futures complete on the caller's context. */
public final class CallerContext {
  private static final Logger log = LoggerFactory.getLogger(CallerContext.class);

  private CallerContext() {}

  /**
   * A promise that completes on the context where it is created, or, without one, where it is
   * completed. The first completion counts; a later one by a future is ignored and does not throw.
   * Thread-safe.
   */
  public static <R> Promise<R> promise() {
    return promise(Vertx.currentContext());
  }

  static <R> Promise<R> promise(@Nullable Context caller) {
    return new Crossing<>(caller);
  }

  private static final class Crossing<R> implements Promise<R> {
    private final @Nullable Context caller;
    private final Promise<R> there = Promise.promise();
    private final AtomicBoolean completed = new AtomicBoolean();

    Crossing(@Nullable Context caller) {
      this.caller = caller;
    }

    @Override
    public Future<R> future() {
      return there.future();
    }

    @Override
    public boolean tryComplete(R result) {
      boolean first = isFirst();
      if (first) {
        cross(() -> there.complete(result));
      }
      return first;
    }

    @Override
    public boolean tryFail(Throwable cause) {
      boolean first = isFirst();
      if (first) {
        cross(() -> there.fail(cause));
      }
      return first;
    }

    @Override
    public void complete(R result, @Nullable Throwable failure) {
      if (isFirst()) {
        cross(() -> there.complete(result, failure));
      }
    }

    private boolean isFirst() {
      return completed.compareAndSet(false, true);
    }

    private void cross(Runnable completion) {
      Context to = caller;
      if (to == null) {
        here(completion);
      } else {
        try {
          to.runOnContext(on -> completion.run());
        } catch (RejectedExecutionException e) {
          // The context runs nothing any more; the caller must still get an answer.
          here(completion);
        }
      }
    }

    /** An exception of a listener must not reach the code that completes the promise. */
    private static void here(Runnable completion) {
      try {
        completion.run();
      } catch (RuntimeException e) {
        log.error("the handler of an answer failed", e);
      }
    }
  }
}
