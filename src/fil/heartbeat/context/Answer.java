package fil.heartbeat.context;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answer to a question that is made elsewhere: asked on the context of who knows, told on the
 * context of who asks, or where it is made when that is none. A question always has an answer: what
 * is thrown is one. Thread-safe.
 */
public final class Answer<R> {
  private static final Logger log = LoggerFactory.getLogger(Answer.class);

  private final @Nullable Context caller;
  private final Promise<R> promise = Promise.promise();

  /** Of a question that is asked now, on this context. */
  public Answer() {
    this(Vertx.currentContext());
  }

  private Answer(@Nullable Context caller) {
    this.caller = caller;
  }

  /**
   * Asks on a context.
   *
   * @return fails with {@link IllegalStateException} when nothing runs there any more
   */
  public static <R> Future<R> on(Context home, Supplier<Future<R>> question) {
    Answer<R> answer = new Answer<>();
    try {
      home.runOnContext(here -> of(question).onComplete(answer::tell));
    } catch (RejectedExecutionException e) {
      answer.tell(Future.failedFuture(new IllegalStateException("not deployed", e)));
    }
    return answer.future();
  }

  /**
   * Asks here and now. What is thrown is a failure; so is no future at all. An {@link Error} is
   * logged besides: a process that has no memory left is to hear of it, whatever becomes of the
   * answer.
   */
  public static <R> Future<R> of(Supplier<Future<R>> question) {
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
   * The same on a context; fails with {@link TimeoutException} when it takes longer.
   *
   * @param limit a millisecond at least
   */
  public static <R> Future<R> within(Vertx vertx, Context here, Future<R> future, Duration limit) {
    Answer<R> answer = new Answer<>(here);
    long timer =
        vertx.setTimer(
            Math.max(1, limit.toMillis()),
            late -> answer.tell(Future.failedFuture(new TimeoutException("not within " + limit))));
    Futures.logged(
        future.transform(
            result -> {
              boolean unused = vertx.cancelTimer(timer);
              answer.tell(result);
              return Future.succeededFuture();
            }),
        log,
        "question with a limit");
    return answer.future();
  }

  public Future<R> future() {
    return promise.future();
  }

  /** Tells it; only the first of several counts. */
  public void tell(AsyncResult<R> result) {
    Context to = caller;
    if (to == null) {
      tellHere(result);
      return;
    }
    try {
      to.runOnContext(there -> complete(result));
    } catch (RejectedExecutionException e) {
      // Nothing runs there any more; whoever waits all the same is not to wait for ever.
      tellHere(result);
    }
  }

  /** A listener that throws is no fault of who answers. */
  private void tellHere(AsyncResult<R> result) {
    try {
      complete(result);
    } catch (RuntimeException e) {
      log.error("the handler of an answer failed", e);
    }
  }

  private void complete(AsyncResult<R> result) {
    boolean ignored =
        result.succeeded() ? promise.tryComplete(result.result()) : promise.tryFail(result.cause());
  }
}
