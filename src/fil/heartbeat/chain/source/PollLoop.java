package fil.heartbeat.chain.source;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Polls, waits, and polls again, one poll at a time. Lives on the context that starts it. */
final class PollLoop {
  private final LongSupplier nanoTime;
  private final UnaryOperator<Duration> pause;
  private boolean stopped;

  /**
   * @param nanoTime monotonic
   * @param pause maps the duration of a poll to the wait after it; called when the poll ends
   */
  PollLoop(LongSupplier nanoTime, UnaryOperator<Duration> pause) {
    this.nanoTime = nanoTime;
    this.pause = pause;
  }

  /**
   * Polls at once.
   *
   * @param poll a failure of its future does not end the loop
   */
  void start(Vertx vertx, Supplier<Future<?>> poll) {
    if (stopped) {
      return;
    }
    long began = nanoTime.getAsLong();
    poll.get()
        .onComplete(
            done -> {
              if (!stopped) {
                Duration spent = Duration.ofNanos(nanoTime.getAsLong() - began);
                long wait = Math.max(1, pause.apply(spent).toMillis());
                vertx.setTimer(wait, timer -> start(vertx, poll));
              }
            });
  }

  /** Stops polling; a poll in progress completes. */
  void stop() {
    stopped = true;
  }

  boolean isStopped() {
    return stopped;
  }
}
