package fil.heartbeat.alert.sink;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.CountDownLatch;

/** Occupies all workers until it is closed. */
final class BusyWorkers implements AutoCloseable {
  private final CountDownLatch over = new CountDownLatch(1);

  BusyWorkers(Vertx vertx) throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(VertxOptions.DEFAULT_WORKER_POOL_SIZE);
    for (int i = 0; i < VertxOptions.DEFAULT_WORKER_POOL_SIZE; i++) {
      var ignored =
          vertx.executeBlocking(
              () -> {
                begun.countDown();
                over.await();
                return true;
              },
              false);
    }
    begun.await();
  }

  @Override
  public void close() {
    over.countDown();
  }
}
