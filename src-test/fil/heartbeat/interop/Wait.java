package fil.heartbeat.interop;

import fil.heartbeat.testing.CanIgnoreReturnValue;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Blocks a test thread until something is there. */
final class Wait {
  /**
   * Guards against hanging only, and is the one of its kind: no honest work comes near it, however
   * busy the machine. The longest are a beat period of five minutes and a first build of a peer.
   */
  static final Duration PATIENCE = Duration.ofMinutes(15);

  private static final long LOOK_MILLIS = 100;

  private Wait() {}

  @CanIgnoreReturnValue
  static <T> T on(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Looks until there is something.
   *
   * @param seen what there was instead, for the failure
   */
  @CanIgnoreReturnValue
  static <T> T until(Vertx vertx, String what, Supplier<Optional<T>> look, Supplier<?> seen) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    do {
      Optional<T> now = look.get();
      if (now.isPresent()) {
        return now.get();
      }
      on(vertx.timer(LOOK_MILLIS, TimeUnit.MILLISECONDS));
    } while (System.nanoTime() < deadline);
    throw new AssertionError("not " + what + ": " + seen.get());
  }
}
