package fil.heartbeat.testing;

import io.netty.util.LeakPresenceDetector;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails the run when a Netty buffer was not given back by its end. Every test class has this
 * extension without asking; the detector is chosen in the POM.
 */
public final class LeakCheck implements BeforeAllCallback {
  /** When one was never closed; the threads of the others end soon after it. */
  private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(20);

  /**
   * Runs when the whole run is over. The last buffers of a closed Vertx are given back by its
   * threads as they end, and the detector can be asked only once: it forgets what it told.
   */
  private record AtTheEnd() implements AutoCloseable {
    @Override
    public void close() {
      long end = System.nanoTime() + MAX_NANOS;
      try {
        for (Thread each : Thread.getAllStackTraces().keySet()) {
          if (each instanceof FastThreadLocalThread) {
            each.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      LeakPresenceDetector.check();
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    var ignored =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.create(LeakCheck.class))
            .computeIfAbsent("end", key -> new AtTheEnd(), AtTheEnd.class);
  }
}
