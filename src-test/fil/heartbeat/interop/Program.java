package fil.heartbeat.interop;

import fil.heartbeat.testing.CanIgnoreReturnValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program that runs beside the test: the jar itself, or what users run next to it. */
final class Program implements AutoCloseable {
  private static final int LINES_KEPT = 40;

  /** Generous: it guards against hanging only. */
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final String name;
  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final Deque<String> last = new ArrayDeque<>();

  private Program(String name, Process process) {
    this.name = name;
    this.process = process;
    read(process.inputReader(StandardCharsets.UTF_8));
    read(process.errorReader(StandardCharsets.UTF_8));
  }

  /** Runs a command in a folder. */
  static Program start(Path folder, List<String> command) {
    try {
      return new Program(
          Path.of(command.get(0)).getFileName().toString(),
          new ProcessBuilder(command).directory(folder.toFile()).start());
    } catch (IOException e) {
      throw new UncheckedIOException(
          command.get(0) + " cannot be run (expected: installed, as .ci/run does)", e);
    }
  }

  /** Runs {@code target/heartbeat.jar} in a folder. */
  static Program heartbeat(Path folder, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-jar");
    command.add(Path.of("target", "heartbeat.jar").toAbsolutePath().toString());
    command.addAll(List.of(arguments));
    return start(folder, command);
  }

  private void read(BufferedReader reader) {
    Thread thread =
        new Thread(() -> reader.lines().forEach(this::onLine), name + "-" + process.pid());
    thread.setDaemon(true);
    thread.start();
  }

  private void onLine(String line) {
    synchronized (last) {
      last.add(line);
      if (last.size() > LINES_KEPT) {
        last.remove();
      }
    }
    lines.add(line);
  }

  /** The next line, of either output, in which the pattern is found; others are passed over. */
  @CanIgnoreReturnValue
  MatchResult await(String pattern) {
    Pattern wanted = Pattern.compile(pattern);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (true) {
        String line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (line == null) {
          throw new AssertionError(name + " did not say " + pattern + "; it said " + said());
        }
        Matcher found = wanted.matcher(line);
        if (found.find()) {
          return found.toMatchResult();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Gives it its whole input and says how it ended. */
  int feed(String input) {
    try (Writer writer = process.outputWriter(StandardCharsets.UTF_8)) {
      writer.write(input);
    } catch (IOException e) {
      throw new UncheckedIOException(name + ": " + said(), e);
    }
    return end();
  }

  /** Waits until it ends by itself. */
  int end() {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError(name + " does not end; it said " + said());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** What it said last. */
  String said() {
    synchronized (last) {
      return String.join("\n", last);
    }
  }

  /** Ends it at once, as {@code kill -9} does. */
  void kill() {
    process.destroyForcibly();
    int ignored = end();
  }

  @Override
  public void close() {
    kill();
  }
}
