package fil.heartbeat.api.feed;

import fil.heartbeat.context.Futures;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the feed asks: each question has an answer within a time, and those that failed count. */
final class FeedQuestions {
  private static final Logger log = LoggerFactory.getLogger(FeedQuestions.class);

  private final Vertx vertx;
  private final Duration patience;
  private final Set<String> failing = new HashSet<>();
  private long failed;

  /**
   * @param patience how long an answer may take
   */
  FeedQuestions(Vertx vertx, Duration patience) {
    this.vertx = vertx;
    this.patience = patience;
  }

  /** Times that what to tell was not to be had. */
  long failed() {
    return failed;
  }

  /** Asks. What is thrown is a failure, and so is what is not answered in time. */
  <T> Future<T> ask(Supplier<Future<T>> question) {
    return Futures.within(vertx, vertx.getOrCreateContext(), Futures.call(question), patience);
  }

  /** An answer was none, or could not be taken. */
  void failed(String what, Throwable failure) {
    failed++;
    if (failing.add(what)) {
      log.warn("feed has no answer, it is asked again what={}", what, failure);
    }
  }

  /** An answer was taken. */
  void well(String what) {
    if (failing.remove(what)) {
      log.info("feed has an answer again what={}", what);
    }
  }
}
