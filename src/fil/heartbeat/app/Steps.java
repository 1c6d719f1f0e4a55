package fil.heartbeat.app;

import io.vertx.core.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The steps of a start, one after another, until a stop interrupts them. Thread-safe. */
public final class Steps {

  /** The start was ended by a stop: there is no fault. */
  public static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoppedException() {
      super("stopped during the start");
    }
  }

  private final Consumer<String> begun;
  private volatile boolean stopping;

  /**
   * @param begun receives the name of each step when it begins
   */
  public Steps(Consumer<String> begun) {
    this.begun = begun;
  }

  /** No step begins from now on; the current one ends by itself. */
  void stop() {
    stopping = true;
  }

  boolean isStopping() {
    return stopping;
  }

  /** Runs a step, or fails with {@link StoppedException}. */
  <T> Future<T> take(String name, Supplier<Future<T>> step) {
    if (stopping) {
      return Future.failedFuture(new StoppedException());
    }
    Future<T> taken = step.get();
    begun.accept(name);
    return taken;
  }
}
