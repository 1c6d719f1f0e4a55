package fil.heartbeat.context;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * A value that is used on one context only: called there, with the answer on the {@linkplain
 * CallerContext caller's}. Every call gets an answer: an exception becomes a failed future.
 * Thread-safe.
 */
public final class Owned<T> {
  private final Context home;
  private final T value;

  /**
   * @param home the only context that uses the value from now on
   */
  public Owned(Context home, T value) {
    this.home = home;
    this.value = value;
  }

  /**
   * Calls the value.
   *
   * @return fails with {@link IllegalStateException} when its context runs nothing any more
   */
  public <R> Future<R> ask(Function<? super T, Future<R>> question) {
    Promise<R> answer = CallerContext.promise();
    try {
      home.runOnContext(here -> Futures.call(() -> question.apply(value)).onComplete(answer));
    } catch (RejectedExecutionException e) {
      answer.fail(new IllegalStateException("not deployed", e));
    }
    return answer.future();
  }
}
