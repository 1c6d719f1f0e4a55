package fil.heartbeat.cli;

import fil.heartbeat.app.App;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops the daemon in order, on a signal or after a failed start. */
final class Shutdown {
  private static final Logger log = LoggerFactory.getLogger(Shutdown.class);

  /** How long a clean stop may take before the process ends without it. */
  private static final long STOP_SECONDS = 5;

  private final App app;
  private final ProcessGuard guard;
  private final PrintStream err;
  private final IntConsumer exit;
  private final AtomicReference<@Nullable String> signal = new AtomicReference<>();
  private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
  private volatile boolean failed;

  /**
   * @param exit ends the process with a code
   */
  Shutdown(App app, ProcessGuard guard, PrintStream err, IntConsumer exit) {
    this.app = app;
    this.guard = guard;
    this.err = err;
    this.exit = exit;
  }

  /**
   * To be called before the start, during which a signal may come.
   *
   * @return false when the process is already ending
   */
  boolean install() {
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(this::run, "heartbeat-stop"));
    } catch (IllegalStateException e) {
      return false;
    }
    // If the JVM handles these itself, it uses the same exit codes, and only the name is not
    // logged.
    boolean unused = Signals.handle("TERM", () -> end("SIGTERM", 143));
    unused = Signals.handle("INT", () -> end("SIGINT", 130));
    return true;
  }

  /** Adds a watcher to be stopped when the stop begins. */
  void silences(Runnable watcher) {
    watchers.add(watcher);
  }

  private void end(String name, int code) {
    boolean unused = signal.compareAndSet(null, name);
    exit.accept(code);
  }

  /** Stops after a failed start, which was already reported, without further lines. */
  void startFailed() {
    failed = true;
    // Otherwise it would take the loops that end now for dead ones.
    guard.stopping();
    boolean unused = stop();
  }

  private void run() {
    guard.stopping();
    Logging.stopping();
    String by = signal.get();
    if (failed) {
      boolean unused = stop();
      return;
    }
    log.info("stopping{}", by == null ? "" : " (" + by + ")");
    if (stop()) {
      log.info("stopped");
    }
  }

  private boolean stop() {
    watchers.forEach(Runnable::run);
    try {
      app.stop().toCompletionStage().toCompletableFuture().get(STOP_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      err.println("not stopped cleanly: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }
}
