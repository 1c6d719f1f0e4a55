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
  /** After a computation the loop belongs to others for this many times as long. */
  private static final int REST = 4;

  private final LongSupplier nanoTime;
  private long freeAt;

  ComputeShare(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.freeAt = nanoTime.getAsLong();
  }

  /**
   * Does it now, unless the share is used up.
   *
   * @param done called with the value or the exception, before this returns
   * @return false when it was not done
   */
  <T> boolean compute(Callable<T> work, BiConsumer<@Nullable T, @Nullable Throwable> done) {
    long start = nanoTime.getAsLong();
    if (start - freeAt < 0) {
      return false;
    }
    T value = null;
    Throwable failure = null;
    try {
      value = work.call();
    } catch (Exception cause) {
      failure = cause;
    } finally {
      long end = nanoTime.getAsLong();
      freeAt = end + REST * (end - start);
    }
    done.accept(value, failure);
    return true;
  }
}
