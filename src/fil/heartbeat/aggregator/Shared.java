package fil.heartbeat.aggregator;

import fil.heartbeat.context.CallerContext;
import fil.heartbeat.context.Futures;
import fil.heartbeat.context.Owned;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An expensive answer, computed once for all callers that ask before the computation begins.
 * Thread-safe.
 */
final class Shared<T> {
  private static final Logger log = LoggerFactory.getLogger(Shared.class);

  private @Nullable List<Promise<T>> asking;

  /**
   * @param of the state it is computed from
   * @param answer computes it
   * @return completes on the caller's context; fails when the computation throws or the owner's
   *     context no longer runs
   */
  <V> Future<T> ask(Owned<V> of, Function<? super V, T> answer) {
    Promise<T> own = CallerContext.promise();
    boolean first;
    synchronized (this) {
      List<Promise<T>> all = asking;
      first = all == null;
      if (all == null) {
        all = new ArrayList<>();
        asking = all;
      }
      all.add(own);
    }
    if (first) {
      Futures.logged(
          of.ask(
                  value -> {
                    List<Promise<T>> all = takeAsking();
                    complete(all, Futures.call(() -> Future.succeededFuture(answer.apply(value))));
                    return Future.succeededFuture();
                  })
              .onFailure(gone -> complete(takeAsking(), Future.failedFuture(gone))),
          log,
          "question of several");
    }
    return own.future();
  }

  private synchronized List<Promise<T>> takeAsking() {
    List<Promise<T>> all = asking == null ? List.of() : asking;
    asking = null;
    return all;
  }

  private static <T> void complete(List<Promise<T>> all, Future<T> made) {
    all.forEach(made::onComplete);
  }
}
