package fil.heartbeat.chain.source;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Polls, waits, and polls again, one poll at a time. Lives on the context that starts it. */
final class PollLoop {
  private final Vertx vertx;
  private final LongSupplier nanoTime;
  private final Supplier<Future<?>> poll;
  private final UnaryOperator<Duration> pause;
  private boolean stopped;

  /**
   * @param nanoTime monotonic
   * @param poll a failure of its future ends nothing
   * @param pause how long to wait after a poll that took so long; asked when the poll is over
   */
  PollLoop(
      Vertx vertx, LongSupplier nanoTime, Supplier<Future<?>> poll, UnaryOperator<Duration> pause) {
    this.vertx = vertx;
    this.nanoTime = nanoTime;
    this.poll = poll;
    this.pause = pause;
  }

  /** Polls at once. */
  void start() {
    if (stopped) {
      return;
    }
    long began = nanoTime.getAsLong();
    poll.get()
        .onComplete(
            done -> {
              if (!stopped) {
                Duration spent = Duration.ofNanos(nanoTime.getAsLong() - began);
                vertx.setTimer(Math.max(1, pause.apply(spent).toMillis()), timer -> start());
              }
            });
  }

  /** Polls no more; one that is under way ends by itself. */
  void stop() {
    stopped = true;
  }

  boolean isStopped() {
    return stopped;
  }
}
