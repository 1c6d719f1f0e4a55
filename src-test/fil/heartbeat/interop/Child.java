package fil.heartbeat.interop;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A process that a test started. It outlives neither {@link #kill} nor the JVM of the test. */
final class Child {
  private static final Set<Child> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(Child::strike), "end-children"));
  }

  private final Process process;
  private final List<Thread> readers;

  /**
   * @param out gets each line of its standard output
   * @param err gets each line of its standard error
   * @param silent run once both have had all there was
   */
  Child(ProcessBuilder builder, Consumer<String> out, Consumer<String> err, Runnable silent)
      throws IOException {
    process = builder.start();
    RUNNING.add(this);
    AtomicInteger open = new AtomicInteger(2);
    Runnable end =
        () -> {
          if (open.decrementAndGet() == 0) {
            silent.run();
          }
        };
    readers =
        List.of(
            read(process.inputReader(UTF_8), out, end), read(process.errorReader(UTF_8), err, end));
  }

  private Thread read(BufferedReader reader, Consumer<String> sink, Runnable end) {
    Thread thread =
        new Thread(
            () -> {
              try (reader) {
                reader.lines().forEach(sink);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              } finally {
                end.run();
              }
            },
            "child-" + process.pid());
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  Process process() {
    return process;
  }

  /** Whether it ended by itself in time, and all that it said was read. */
  boolean isEnded() {
    long deadline = System.nanoTime() + Wait.PATIENCE.toNanos();
    try {
      if (!process.waitFor(Wait.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        return false;
      }
      for (Thread reader : readers) {
        reader.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
      }
      RUNNING.remove(this);
      return readers.stream().noneMatch(Thread::isAlive);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Ends it and all that it started at once, as {@code kill -9} does, and waits for that. */
  void kill() {
    strike();
    if (!isEnded()) {
      throw new AssertionError("process " + process.pid() + " does not end");
    }
  }

  private void strike() {
    List<ProcessHandle> started = process.descendants().toList();
    // What the process itself offers closes its output too, before all of it is read.
    boolean ignored = process.toHandle().destroyForcibly();
    started.forEach(ProcessHandle::destroyForcibly);
  }
}
