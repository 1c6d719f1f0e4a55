package fil.heartbeat.libp2p.net;

import java.time.Duration;

/**
 * One event loop and its time. A connection and all that belongs to it live on one loop; other
 * threads hand their calls over with {@link #run}.
 */
interface Loop {

  /** Runs the action on the loop, after what was given before. */
  void execute(Runnable action);

  /** Whether the calling thread is the loop's. */
  boolean isCurrent();

  /** Runs the action on the loop once the delay is over. Any thread may call this. */
  Timer after(Duration delay, Runnable action);

  /** A clock like {@link System#nanoTime}. */
  long nanoTime();

  /** At once when the caller is on the loop, else as {@link #execute}. */
  default void run(Runnable action) {
    if (isCurrent()) {
      action.run();
    } else {
      execute(action);
    }
  }

  /** A pending {@link #after}. */
  interface Timer {

    /** For fields that wait for their first timer. */
    Timer NONE = () -> {};

    /** Idempotent; without effect once the action ran. */
    void cancel();
  }
}
