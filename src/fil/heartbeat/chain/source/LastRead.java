package fil.heartbeat.chain.source;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value that is read for each call, so that a change is used at once. When a read hangs, the last
 * value is used. Lives on the context that created it.
 */
final class LastRead<T> {

  /** How long a call waits for a disk that may hang when there is an earlier value. */
  private static final long PATIENCE_SECONDS = 1;

  private final Supplier<Future<T>> reader;
  private @Nullable T last;
  private @Nullable Future<T> reading;

  LastRead(Supplier<Future<T>> reader) {
    this.reader = reader;
  }

  /** Reads the value; fails as the reader does. */
  Future<T> get() {
    boolean hangs = reading != null;
    Future<T> read = read();
    T known = last;
    if (known == null) {
      return read;
    }
    if (hangs) {
      return Future.succeededFuture(known);
    }
    Promise<T> first = Promise.promise();
    read.onComplete(
        done -> {
          boolean unused =
              done.succeeded() ? first.tryComplete(done.result()) : first.tryFail(done.cause());
        });
    return first
        .future()
        .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .recover(
            failure ->
                failure instanceof TimeoutException
                    ? Future.succeededFuture(known)
                    : Future.failedFuture(failure));
  }

  /** Returns the last value; null before the first and after {@link #forget}. */
  @Nullable T last() {
    return last;
  }

  /** Waits for the next read, however long it takes. */
  void forget() {
    last = null;
  }

  private Future<T> read() {
    Future<T> before = reading;
    if (before != null) {
      return before;
    }
    Future<T> begun = reader.get().onSuccess(value -> last = value);
    reading = begun;
    return begun.onComplete(done -> reading = null);
  }
}
