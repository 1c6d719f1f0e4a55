package fil.heartbeat.libp2p.net;

import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The part of one loop's time that may go into arithmetic: a fifth. A change of threads and back
 * costs as much as a handshake step, so a few of them are done at once on the loop; in a crowd the
 * others go to a pool, and the loop stays free for what else it has to do. Lives on the loop.
 */
final class ComputeShare {
  /** Of so many parts of the time one is for arithmetic. */
  private static final int PARTS = 5;

  /** Most nanoseconds ahead of the share: both steps of a connection, and of one more. */
  private static final long AHEAD = 1_000_000;

  private final LongSupplier nanoTime;

  /** When the computations so far are a fifth of the time. */
  private long evenAt;

  ComputeShare(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.evenAt = nanoTime.getAsLong();
  }

  /**
   * Does it now, unless the share is used up.
   *
   * @param done called with the value or what was thrown, before this returns; an error is thrown
   *     on after that
   * @return false when it was not done
   */
  <T> boolean compute(Callable<T> work, BiConsumer<@Nullable T, @Nullable Throwable> done) {
    long start = nanoTime.getAsLong();
    if (evenAt - start > AHEAD) {
      return false;
    }
    T value = null;
    Throwable failure = null;
    try {
      value = work.call();
    } catch (Throwable cause) {
      failure = cause;
    } finally {
      long from = evenAt - start > 0 ? evenAt : start;
      evenAt = from + PARTS * (nanoTime.getAsLong() - start);
    }
    done.accept(value, failure);
    if (failure instanceof Error error) {
      throw error;
    }
    return true;
  }
}
