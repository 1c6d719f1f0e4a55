package fil.heartbeat;

import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a process that cannot go on, with one line and exit code 70, so that a supervisor starts it
 * again: when it ran out of memory, and when an event loop is dead. A stop that hangs ends too. For
 * the program only: embedded verticles never end their host.
 */
final class ProcessGuard implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ProcessGuard.class);

  /** EX_SOFTWARE of sysexits.h; systemd and Kubernetes restart whatever is not 0. */
  static final int CANNOT_GO_ON = 70;

  /** What a JVM ends with after SIGTERM. */
  private static final int TERMINATED = 143;

  // Opened beforehand, as is all that is needed without memory; never closed.
  private static final FileOutputStream STANDARD_ERROR = new FileOutputStream(FileDescriptor.err);

  private static final byte[] NOTHING = {};
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** How the process ends; a test has another. */
  @FunctionalInterface
  interface Exit {
    void now(int code, byte[] line);
  }

  /**
   * How long things may last.
   *
   * @param loop an event loop that takes no task
   * @param heap a heap that stays full
   * @param stop a stop that was begun
   */
  record Limits(Duration loop, Duration heap, Duration stop) {
    static final Limits DEFAULT =
        new Limits(Duration.ofSeconds(60), Duration.ofSeconds(20), Duration.ofSeconds(10));
  }

  private record Watched(EventExecutor loop, LoopPulse pulse) {}

  private final Limits limits;
  private final Exit exit;
  private final List<Watched> loops = new ArrayList<>();
  private final List<GarbageCollectorMXBean> collectors = new ArrayList<>();
  private final HeapPressure heap;

  // Made beforehand: when there is no memory, none is to be had for a message.
  private final byte[] outOfMemory =
      line(
          "out of memory (-Xmx "
              + Runtime.getRuntime().maxMemory() / (1024 * 1024)
              + " MiB): ended, exit code 70 (expected: a larger -Xmx or fewer nodes)");
  private final Thread thread = new Thread(this::watch, "heartbeat-guard");
  private final AtomicBoolean ending = new AtomicBoolean();
  private int looksWhileEnding;
  private volatile boolean closed;
  private volatile boolean stopping;
  private long stopNanos;

  private ProcessGuard(Limits limits, Exit exit) {
    this.limits = limits;
    this.exit = exit;
    for (GarbageCollectorMXBean each : ManagementFactory.getGarbageCollectorMXBeans()) {
      // Those that run beside the program take no time from it.
      if (!each.getName().contains("Concurrent") && !each.getName().contains("Cycles")) {
        collectors.add(each);
      }
    }
    this.heap = new HeapPressure(limits.heap(), System.nanoTime(), collectingMillis());
    // No daemon: where all loops died of one error, the JVM would end as if it were done.
    thread.setDaemon(false);
  }

  /** Guards this process. */
  static ProcessGuard of(Vertx vertx) {
    return of(vertx, Limits.DEFAULT, ProcessGuard::halt);
  }

  static ProcessGuard of(Vertx vertx, Limits limits, Exit exit) {
    ProcessGuard guard = new ProcessGuard(limits, exit);
    VertxInternal internal = (VertxInternal) vertx;
    long now = System.nanoTime();
    internal.nettyEventLoopGroup().forEach(loop -> guard.add(loop, now));
    internal.acceptorEventLoopGroup().forEach(loop -> guard.add(loop, now));
    guard.thread.start();
    return guard;
  }

  private void add(EventExecutor loop, long nowNanos) {
    loops.add(new Watched(loop, new LoopPulse(limits.loop(), nowNanos)));
  }

  /** Once: errors come from several threads, and one line is enough. */
  private void end(int code, byte[] line) {
    if (ending.compareAndSet(false, true)) {
      try {
        exit.now(code, line);
      } catch (OutOfMemoryError e) {
        // Tried again at the next look.
        ending.set(false);
      }
    }
  }

  /** Ends the process when this says, or was caused by, that memory ran out. */
  void onError(Throwable error) {
    Throwable each = error;
    for (int depth = 0; each != null && depth < 16; depth++) {
      if (each instanceof OutOfMemoryError) {
        end(CANNOT_GO_ON, outOfMemory);
        return;
      }
      each = each.getCause();
    }
  }

  /** A stop began: it may take its time, but not for ever. */
  void stopping() {
    stopNanos = System.nanoTime();
    stopping = true;
  }

  private void watch() {
    while (!closed) {
      LockSupport.parkNanos(this, LOOK.toNanos());
      try {
        look();
      } catch (OutOfMemoryError e) {
        end(CANNOT_GO_ON, outOfMemory);
      } catch (RuntimeException e) {
        log.error("the process was not looked after", e);
      }
    }
  }

  private void look() {
    if (ending.get()) {
      looksWhileEnding++;
      if (looksWhileEnding > 1) {
        // Whoever was to say the line cannot, as when nobody reads standard error.
        exit.now(CANNOT_GO_ON, NOTHING);
      }
      return;
    }
    long now = System.nanoTime();
    if (stopping) {
      // Loops end in a stop.
      if (now - stopNanos >= limits.stop().toNanos()) {
        end(TERMINATED, line("not stopped within " + limits.stop().toSeconds() + " s: ended"));
      }
      return;
    }
    Runtime runtime = Runtime.getRuntime();
    heap.look(
        now, collectingMillis(), runtime.totalMemory() - runtime.freeMemory(), runtime.maxMemory());
    if (heap.isExhausted()) {
      end(CANNOT_GO_ON, outOfMemory);
    }
    for (Watched each : loops) {
      if (isDead(each, now)) {
        // A loop that died for want of memory could not say so.
        end(
            CANNOT_GO_ON,
            heap.isFull()
                ? outOfMemory
                : line("an event loop is dead: ended, exit code 70 (" + each.loop() + ")"));
      }
    }
  }

  private boolean isDead(Watched watched, long now) {
    if (watched.loop().isShuttingDown()) {
      return !stopping && !closed;
    }
    if (watched.pulse().look(now)) {
      try {
        watched.loop().execute(watched.pulse()::answer);
      } catch (RejectedExecutionException e) {
        return !stopping && !closed;
      }
    }
    return watched.pulse().isDead();
  }

  private long collectingMillis() {
    long sum = 0;
    for (GarbageCollectorMXBean each : collectors) {
      sum += each.getCollectionTime();
    }
    return sum;
  }

  private static byte[] line(String text) {
    return (text + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Without hooks, which may need the memory or the loop that is gone. */
  static void halt(int code, byte[] line) {
    try {
      STANDARD_ERROR.write(line);
    } catch (IOException | OutOfMemoryError e) {
      // Nobody can be told any more; the exit code says it.
      Runtime.getRuntime().halt(code);
    }
    Runtime.getRuntime().halt(code);
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
