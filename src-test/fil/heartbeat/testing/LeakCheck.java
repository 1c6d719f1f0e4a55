package fil.heartbeat.testing;

import io.netty.util.LeakPresenceDetector;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails the run when a Netty buffer was not given back by its end. Every test class has this
 * extension without asking; the detector is chosen in the POM.
 */
public final class LeakCheck implements BeforeAllCallback {
  /**
   * A closed Vertx gives its last buffers back shortly after it says that it is closed, and the
   * detector can be asked only once: it forgets what it told.
   */
  private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Runs when the whole run is over. */
  private record AtTheEnd() implements AutoCloseable {
    @Override
    public void close() {
      long settled = System.nanoTime() + SETTLE_NANOS;
      long left;
      while ((left = settled - System.nanoTime()) > 0) {
        LockSupport.parkNanos(left);
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
