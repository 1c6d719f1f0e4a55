package fil.heartbeat.aggregator;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An answer that takes long to make: made once for all who asked before it is begun, however many
 * they are. Thread-safe.
 */
final class Shared<T> {
  private @Nullable List<Promise<T>> asking;

  /**
   * @param home where it is made
   * @param answer makes it
   * @return told on the caller's context
   */
  Future<T> ask(Context home, Supplier<T> answer) {
    Context caller = Vertx.currentContext();
    Promise<T> promise = Promise.promise();
    boolean first;
    synchronized (this) {
      List<Promise<T>> all = asking;
      first = all == null;
      if (all == null) {
        all = new ArrayList<>();
        asking = all;
      }
      all.add(promise);
    }
    if (first) {
      home.runOnContext(nothing -> make(answer));
    }
    Promise<T> told = Promise.promise();
    promise
        .future()
        .onComplete(
            made -> {
              if (caller == null) {
                told.handle(made);
              } else {
                caller.runOnContext(nothing -> told.handle(made));
              }
            });
    return told.future();
  }

  private void make(Supplier<T> answer) {
    List<Promise<T>> all;
    synchronized (this) {
      all = asking == null ? List.of() : asking;
      asking = null;
    }
    try {
      T made = answer.get();
      all.forEach(each -> each.complete(made));
    } catch (RuntimeException e) {
      all.forEach(each -> each.fail(e));
    }
  }
}
