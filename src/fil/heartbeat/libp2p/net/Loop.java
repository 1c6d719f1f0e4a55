package fil.heartbeat.libp2p.net;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One event loop and its time. A connection and all that belongs to it live on one loop; other
 * threads pass calls to it with {@link #run}.
 */
interface Loop {

  /** Runs the action on the loop, after earlier ones. */
  void execute(Runnable action);

  /** Whether the calling thread is the loop's. */
  boolean isCurrent();

  /** Runs the action on the loop after the delay. Any thread may call this. */
  Timer after(Duration delay, Runnable action);

  /** Returns the time of a clock like {@link System#nanoTime}. */
  long nanoTime();

  /**
   * Does arithmetic of less than a millisecond at once, while it takes no more than its share of
   * the loop's time; must be called on the loop.
   *
   * @param done called with the value or the exception, before this returns
   * @return false when it was not done, and has to be done elsewhere
   */
  default <T> boolean compute(Callable<T> work, BiConsumer<@Nullable T, @Nullable Throwable> done) {
    return false;
  }

  /** Runs the action at once when the caller is on the loop, else as {@link #execute}. */
  default void run(Runnable action) {
    if (isCurrent()) {
      action.run();
    } else {
      execute(action);
    }
  }

  /** A pending {@link #after}. */
  interface Timer {

    /** The initial value of timer fields. */
    Timer NONE = () -> {};

    /** Cancels it. Idempotent; without effect once the action ran. */
    void cancel();
  }
}
