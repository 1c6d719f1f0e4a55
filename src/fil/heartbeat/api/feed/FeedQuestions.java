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

/**
 * The feed's calls to the aggregator and the alerts, each with a time limit; counts and logs
 * failures.
 */
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

  /** Returns how often an answer failed, came too late or could not be used. */
  long failed() {
    return failed;
  }

  /** Asks. The future also fails when the question throws, or when no answer comes in time. */
  <T> Future<T> ask(Supplier<Future<T>> question) {
    return Futures.within(vertx, vertx.getOrCreateContext(), Futures.call(question), patience);
  }

  /** Counts an answer that failed or could not be used. */
  void failed(String what, Throwable failure) {
    failed++;
    if (failing.add(what)) {
      log.warn("feed has no answer, it is asked again what={}", what, failure);
    }
  }

  /** Notes that an answer was used. */
  void well(String what) {
    if (failing.remove(what)) {
      log.info("feed has an answer again what={}", what);
    }
  }
}
