package fil.heartbeat.api;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A file system that hangs on demand, and an event loop whose verticle reads from it. */
public final class HeldFiles implements AutoCloseable {
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private int looks;
  private volatile CountDownLatch gate = new CountDownLatch(0);

  public Vertx vertx() {
    return vertx;
  }

  /** Makes reads wait for {@link #release} from now on. */
  public void hold() {
    gate = new CountDownLatch(1);
  }

  public void release() {
    gate.countDown();
  }

  /** Reads begun so far. */
  public synchronized int looks() {
    return looks;
  }

  /** Returns once this many reads have begun. */
  public synchronized void awaitLooks(int many) {
    long end = System.nanoTime() + LIMIT_NANOS;
    while (looks < many) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new AssertionError("looks: " + looks);
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  private synchronized void begun() {
    looks++;
    notifyAll();
  }

  /** Runs something on the loop, later. */
  public void onLoop(Runnable what) {
    loop.runOnContext(now -> what.run());
  }

  /** To be called by a reader before it reads. */
  public void pass() {
    begun();
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Runs a call on the loop; the future that it returns may not be complete yet. */
  public <T> Future<T> begin(Supplier<Future<T>> what) {
    Promise<Future<T>> begun = Promise.promise();
    loop.runOnContext(now -> begun.complete(what.get()));
    return HttpSide.await(begun.future().map(Supplied::new)).future();
  }

  /** Holds a future without waiting for it. */
  private record Supplied<T>(Future<T> future) {}

  /** Asserts that other blocking calls of the same loop complete while a read hangs. */
  public void othersGoOn() {
    HttpSide.await(begin(() -> vertx.executeBlocking(() -> "done")));
  }

  @Override
  public void close() {
    release();
    HttpSide.await(vertx.close());
  }
}
