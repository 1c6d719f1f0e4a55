package fil.heartbeat.chain.source;

import fil.heartbeat.client.FolderReader;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A value that is read for each call, so that a change is used at once. When a read hangs, the last
 * value is used. Lives on the context that created it.
 */
final class LastRead<T> {

  /** How long a call waits for a disk that may hang when there is an earlier value. */
  private static final long PATIENCE_SECONDS = 1;

  private final FolderReader folder;
  private final Callable<T> reader;
  private @Nullable T last;
  private @Nullable Future<T> reading;

  /**
   * @param folder whose files the reader reads
   */
  LastRead(FolderReader folder, Callable<T> reader) {
    this.folder = folder;
    this.reader = reader;
  }

  /**
   * Reads the value; fails as the reader does, and at once with {@link TimeoutException} while an
   * earlier read hangs and there is no value. That read still sets it.
   */
  Future<T> get() {
    T known = last;
    if (reading != null) {
      if (known == null) {
        // Waiting with it would hold each call for as long as the disk hangs.
        return Future.failedFuture(new TimeoutException("an earlier read hangs"));
      }
      folder.hangs();
      return Future.succeededFuture(known);
    }
    Future<T> read = read();
    if (known == null) {
      return read;
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
    Future<T> begun = folder.read(reader).onSuccess(value -> last = value);
    reading = begun;
    return begun.onComplete(done -> reading = null);
  }
}
