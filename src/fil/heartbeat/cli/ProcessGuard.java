package fil.heartbeat.cli;

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
 * Ends a process that cannot continue, with one line and exit code 70, so that a supervisor
 * restarts it: when it ran out of memory, and when an event loop is dead. Also ends a stop that
 * hangs. For the program only: embedded verticles never end their host.
 */
final class ProcessGuard implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ProcessGuard.class);

  /** EX_SOFTWARE of sysexits.h; systemd and Kubernetes restart after any code but 0. */
  static final int CANNOT_GO_ON = 70;

  /** The exit code of a JVM after SIGTERM. */
  private static final int TERMINATED = 143;

  // Opened in advance, as everything that is needed without memory; never closed.
  private static final FileOutputStream STANDARD_ERROR = new FileOutputStream(FileDescriptor.err);

  private static final byte[] NOTHING = {};
  private static final long LOOK_NANOS = 1_000_000_000;

  /** Ends the process; replaced in tests. */
  @FunctionalInterface
  interface Exit {
    void now(int code, byte[] line);

    /** Loads what {@link #now} needs. */
    default void rehearse() {}
  }

  /** Skips shutdown hooks, which may need the memory or the loop that is gone. */
  static final class Halt implements Exit {

    @Override
    public void now(int code, byte[] line) {
      try {
        STANDARD_ERROR.write(line);
      } catch (IOException | OutOfMemoryError e) {
        // If the line cannot be written, the exit code is enough.
      } finally {
        Runtime.getRuntime().halt(code);
      }
    }

    @Override
    public void rehearse() {
      Thread none = new Thread(() -> {}, "none");
      // Initializes the classes that halt needs.
      Runtime.getRuntime().addShutdownHook(none);
      boolean unused = Runtime.getRuntime().removeShutdownHook(none);
      try {
        STANDARD_ERROR.write(NOTHING);
      } catch (IOException e) {
        log.warn("standard error cannot be written cause={}", e.getMessage());
      }
    }
  }

  /**
   * How long each state may last.
   *
   * @param loop an event loop that runs no task
   * @param heap a heap that stays full
   * @param stop a stop that has begun
   */
  record Limits(Duration loop, Duration heap, Duration stop) {
    static final Limits DEFAULT =
        new Limits(Duration.ofSeconds(60), Duration.ofSeconds(20), Duration.ofSeconds(10));
  }

  /**
   * @param answer created in advance, as everything that a check needs
   */
  private record Watched(EventExecutor loop, LoopPulse pulse, Runnable answer) {}

  private final Limits limits;
  private Exit exit = ProcessGuard::rehearsal;
  private final Watched[] loops;
  private final GarbageCollectorMXBean[] collectors;
  private final HeapPressure heap;

  // Created in advance: without memory no message can be built.
  private final byte[] outOfMemory =
      line(
          "out of memory (-Xmx "
              + Runtime.getRuntime().maxMemory() / (1024 * 1024)
              + " MiB): ended, exit code 70 (expected: a larger -Xmx or fewer nodes)");
  private final byte[] broken = line("an error in the guard of the process: ended, exit code 70");
  private final Thread thread = new Thread(this::watch, "heartbeat-guard");
  private final AtomicBoolean ending = new AtomicBoolean();
  private volatile int endCode = CANNOT_GO_ON;
  private int looksWhileEnding;
  private volatile boolean closed;
  private volatile boolean stopping;
  private long stopNanos;

  private ProcessGuard(List<EventExecutor> loops, Limits limits) {
    this.limits = limits;
    // Concurrent collectors do not stop the program.
    this.collectors =
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .filter(
                each ->
                    !each.getName().contains("Concurrent") && !each.getName().contains("Cycles"))
            .toArray(GarbageCollectorMXBean[]::new);
    long now = System.nanoTime();
    this.loops = loops.stream().map(loop -> watched(loop, now)).toArray(Watched[]::new);
    this.heap = new HeapPressure(limits.heap(), now, collectingMillis());
    // Not a daemon: if all loops died of one error, the JVM would exit as if it were done.
    thread.setDaemon(false);
  }

  /** Guards this process. */
  static ProcessGuard of(Vertx vertx) {
    return of(vertx, Limits.DEFAULT, new Halt());
  }

  static ProcessGuard of(Vertx vertx, Limits limits, Exit exit) {
    VertxInternal internal = (VertxInternal) vertx;
    List<EventExecutor> loops = new ArrayList<>();
    internal.nettyEventLoopGroup().forEach(loops::add);
    internal.acceptorEventLoopGroup().forEach(loops::add);
    ProcessGuard guard = new ProcessGuard(loops, limits);
    guard.rehearse(exit);
    guard.thread.start();
    return guard;
  }

  /**
   * Runs each path to the end once. Code that runs for the first time loads and links classes, even
   * for a catch clause, which fails without memory: a guard without rehearsal would fail at every
   * check.
   */
  private void rehearse(Exit real) {
    real.rehearse();
    onError(new IllegalStateException(new OutOfMemoryError("rehearsal")));
    step(this::outOfMemory);
    step(this::check);
    exit = real;
  }

  private void outOfMemory() {
    throw new OutOfMemoryError("rehearsal");
  }

  private static void rehearsal(int code, byte[] line) {
    throw new OutOfMemoryError("rehearsal");
  }

  private Watched watched(EventExecutor loop, long nowNanos) {
    LoopPulse pulse = new LoopPulse(limits.loop(), nowNanos);
    return new Watched(loop, pulse, pulse::answer);
  }

  /** Only once: errors come from several threads, and one line is enough. */
  private void end(int code, byte[] line) {
    if (ending.compareAndSet(false, true)) {
      endCode = code;
      try {
        exit.now(code, line);
      } catch (OutOfMemoryError e) {
        // Tried again at the next check.
        ending.set(false);
      }
    }
  }

  /** Ends the process when the error or a cause of it is a lack of memory. */
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

  /** Records that a stop began, which then may not last for ever. */
  void stopping() {
    stopNanos = System.nanoTime();
    stopping = true;
  }

  private void watch() {
    Runnable check = this::check;
    while (!closed) {
      LockSupport.parkNanos(this, LOOK_NANOS);
      step(check);
    }
  }

  private void step(Runnable check) {
    try {
      check.run();
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  /**
   * This thread must survive any error of a check. Without memory almost any code throws almost any
   * error, such as a linkage error at its first use.
   */
  private void failed(Throwable error) {
    try {
      if (error instanceof Error) {
        end(
            CANNOT_GO_ON,
            error instanceof OutOfMemoryError || heap.isFull() ? outOfMemory : broken);
      } else {
        log.error("a look at the process failed", error);
      }
    } catch (RuntimeException | Error e) {
      // Tried again at the next check.
    }
  }

  private void check() {
    if (ending.get()) {
      looksWhileEnding++;
      if (looksWhileEnding > 1) {
        // The thread that writes the line is blocked, for example because standard error is not
        // read.
        exit.now(endCode, NOTHING);
      }
      return;
    }
    long now = System.nanoTime();
    if (stopping) {
      // Loops end during a stop.
      if (now - stopNanos >= limits.stop().toNanos()) {
        end(TERMINATED, line("not stopped within " + limits.stop().toSeconds() + " s: ended"));
      }
      return;
    }
    Runtime runtime = Runtime.getRuntime();
    heap.update(
        now, collectingMillis(), runtime.totalMemory() - runtime.freeMemory(), runtime.maxMemory());
    if (heap.isExhausted()) {
      end(CANNOT_GO_ON, outOfMemory);
    }
    for (Watched each : loops) {
      if (isDead(each, now)) {
        // A loop that died for lack of memory could not report it.
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
    if (watched.pulse().update(now)) {
      try {
        watched.loop().execute(watched.answer());
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

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
