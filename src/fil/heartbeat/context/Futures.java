package fil.heartbeat.context;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Futures that always complete, and futures that are not awaited. */
public final class Futures {
  private static final Logger log = LoggerFactory.getLogger(Futures.class);

  private Futures() {}

  /**
   * Calls the supplier here and now. An exception becomes a failed future; so does null. An {@link
   * Error} is also logged: the process must notice a lack of memory, whatever happens to the
   * answer.
   */
  public static <R> Future<R> call(Supplier<Future<R>> question) {
    try {
      return Objects.requireNonNull(question.get(), "no answer");
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    } catch (Error e) {
      log.error("a question was not answered", e);
      return Future.failedFuture(e);
    }
  }

  /**
   * The future's result on a context; fails with {@link TimeoutException} when it takes longer.
   *
   * @param limit at least a millisecond
   */
  public static <R> Future<R> within(Vertx vertx, Context here, Future<R> future, Duration limit) {
    Promise<R> answer = CallerContext.promise(here);
    long timer =
        vertx.setTimer(
            Math.max(1, limit.toMillis()),
            late -> answer.tryFail(new TimeoutException("not within " + limit)));
    logged(
        future.transform(
            result -> {
              vertx.cancelTimer(timer);
              answer.complete(result.result(), result.cause());
              return Future.succeededFuture();
            }),
        log,
        "question with a limit");
    return answer.future();
  }

  /**
   * Logs a failure at debug. For futures whose failure is handled by their own callbacks, or shows
   * elsewhere, such as that of closing a connection.
   *
   * @param what the action that failed, such as {@code "close of a connection"}
   */
  @SuppressWarnings("FutureReturnValueIgnored")
  public static void logged(Future<?> future, Logger log, String what) {
    future.onFailure(cause -> failed(cause, log, what));
  }

  /** As {@link #logged(Future, Logger, String)}, for a stage. */
  @SuppressWarnings("FutureReturnValueIgnored")
  public static void logged(CompletionStage<?> stage, Logger log, String what) {
    stage.whenComplete(
        (done, cause) -> {
          if (cause != null) {
            failed(cause, log, what);
          }
        });
  }

  /**
   * Calls back when a stage ends. The callback handles a failure of the stage; what the callback
   * itself throws is logged at debug.
   *
   * @param ended receives null for success
   */
  public static void onEnd(
      CompletionStage<?> stage, Consumer<@Nullable Throwable> ended, Logger log, String what) {
    logged(
        stage.handle(
            (done, cause) -> {
              ended.accept(cause);
              return true;
            }),
        log,
        what);
  }

  private static void failed(Throwable cause, Logger log, String what) {
    log.debug("failed what=\"{}\" cause={}", what, cause.toString());
  }
}
