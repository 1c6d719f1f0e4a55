package fil.heartbeat.interop;

import fil.heartbeat.testing.CanIgnoreReturnValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program that runs beside the test: the jar itself, or what users run next to it. */
final class Program implements AutoCloseable {
  private static final int LINES_KEPT = 40;

  private static final List<String> SHORT_LIVED =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private final String name;
  private final Child child;

  /** What it said, of both outputs; an empty one comes last, when it has ended. */
  private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();

  private final Deque<String> last = new ArrayDeque<>();

  private Program(String name, ProcessBuilder builder) throws IOException {
    this.name = name;
    child = new Child(builder, this::onLine, this::onLine, () -> lines.add(Optional.empty()));
  }

  /** Runs a command in a folder. */
  static Program start(Path folder, List<String> command) {
    return start(folder, command, Map.of());
  }

  /**
   * @param environment on top of that of the test
   */
  static Program start(Path folder, List<String> command, Map<String, String> environment) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().putAll(environment);
    try {
      return new Program(Path.of(command.get(0)).getFileName().toString(), builder);
    } catch (IOException e) {
      throw new UncheckedIOException(
          command.get(0) + " cannot be run (expected: on the PATH; interop is never skipped)", e);
    }
  }

  /**
   * Runs {@code target/heartbeat.jar} in a folder, for a minute or two: what lives that long is not
   * compiled for hours, nor is its heap collected by threads of their own.
   */
  static Program heartbeat(Path folder, String... arguments) {
    return heartbeat(folder, SHORT_LIVED, arguments);
  }

  /**
   * @param jvm options of the JVM
   */
  static Program heartbeat(Path folder, List<String> jvm, String... arguments) {
    return start(folder, jar(jvm, arguments));
  }

  private static List<String> jar(List<String> jvm, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    command.add("-jar");
    command.add(Path.of("target", "heartbeat.jar").toAbsolutePath().toString());
    command.addAll(List.of(arguments));
    return command;
  }

  /**
   * Runs {@code target/heartbeat.jar} in a folder.
   *
   * @param environment on top of that of the test
   */
  static Program heartbeat(Path folder, Map<String, String> environment, String... arguments) {
    return start(folder, jar(SHORT_LIVED, arguments), environment);
  }

  /** Runs a command that ends by itself, and well. */
  static void runToEnd(Path folder, List<String> command) {
    try (Program running = start(folder, command)) {
      int exit = running.end();
      if (exit != 0) {
        throw new IllegalStateException(
            String.join(" ", command)
                + " in "
                + folder
                + " failed: "
                + exit
                + "\n"
                + running.said());
      }
    }
  }

  private void onLine(String line) {
    synchronized (last) {
      last.add(line);
      if (last.size() > LINES_KEPT) {
        last.remove();
      }
    }
    lines.add(Optional.of(line));
  }

  /** The next line, of either output, in which the pattern is found; others are passed over. */
  @CanIgnoreReturnValue
  MatchResult await(String pattern) {
    Pattern wanted = Pattern.compile(pattern);
    long deadline = System.nanoTime() + Wait.PATIENCE.toNanos();
    try {
      while (true) {
        Optional<String> line =
            lines.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        if (line == null) {
          throw new AssertionError(name + " did not say " + pattern + "; it said " + said());
        }
        if (line.isEmpty()) {
          lines.add(line);
          throw new AssertionError(name + " ended before it said " + pattern + ": " + said());
        }
        Matcher found = wanted.matcher(line.get());
        if (found.find()) {
          return found.toMatchResult();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Sends it a signal, such as {@code STOP}. */
  void signal(String name) {
    String pid = String.valueOf(child.process().pid());
    try (Program sent = start(Path.of("."), List.of("kill", "-" + name, pid))) {
      if (sent.end() != 0) {
        throw new AssertionError("kill -" + name + ' ' + pid + ": " + sent.said());
      }
    }
  }

  long pid() {
    return child.process().pid();
  }

  /** Gives it its whole input and says how it ended. */
  int feed(String input) {
    try (Writer writer = child.process().outputWriter(StandardCharsets.UTF_8)) {
      writer.write(input);
    } catch (IOException e) {
      throw new UncheckedIOException(name + ": " + said(), e);
    }
    return end();
  }

  /** Waits until it ends by itself, and has said all; answers how. */
  int end() {
    if (!child.isEnded()) {
      throw new AssertionError(name + " does not end; it said " + said());
    }
    return child.process().exitValue();
  }

  /** What it said last. */
  String said() {
    synchronized (last) {
      return String.join("\n", last);
    }
  }

  /** Ends it at once, as {@code kill -9} does. */
  void kill() {
    child.kill();
  }

  @Override
  public void close() {
    kill();
  }
}
