package fil.heartbeat.aggregator;

import fil.heartbeat.context.Answer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An answer that takes long to make: made once for all who asked before it is begun, however many
 * they are. Thread-safe.
 */
final class Shared<T> {
  private @Nullable List<Answer<T>> asking;

  /**
   * @param home where it is made
   * @param answer makes it
   * @return told on the caller's context; a failure when it throws, or nothing runs at home
   */
  Future<T> ask(Context home, Supplier<T> answer) {
    Answer<T> own = new Answer<>();
    boolean first;
    synchronized (this) {
      List<Answer<T>> all = asking;
      first = all == null;
      if (all == null) {
        all = new ArrayList<>();
        asking = all;
      }
      all.add(own);
    }
    if (first) {
      try {
        home.runOnContext(
            here -> {
              List<Answer<T>> all = takeAsking();
              tell(all, Answer.of(() -> Future.succeededFuture(answer.get())));
            });
      } catch (RejectedExecutionException e) {
        tell(takeAsking(), Future.failedFuture(new IllegalStateException("not deployed", e)));
      }
    }
    return own.future();
  }

  private synchronized List<Answer<T>> takeAsking() {
    List<Answer<T>> all = asking == null ? List.of() : asking;
    asking = null;
    return all;
  }

  private static <T> void tell(List<Answer<T>> all, Future<T> made) {
    all.forEach(each -> each.tell(made));
  }
}
