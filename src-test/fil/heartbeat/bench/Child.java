package fil.heartbeat.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Another process of a measured run: a line in, a line out, and its CPU time and memory. */
final class Child implements AutoCloseable {
  private static final long TICKS_PER_SECOND = 100;
  private static final long END_SECONDS = 10;
  private final Process process;
  private final BufferedReader out;
  private final Writer in;

  Child(List<String> command) {
    this(command, ProcessBuilder.Redirect.INHERIT);
  }

  /**
   * @param errors where its standard error goes
   */
  Child(List<String> command, ProcessBuilder.Redirect errors) {
    try {
      process = new ProcessBuilder(command).redirectError(errors).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    in = process.outputWriter(StandardCharsets.UTF_8);
  }

  /** A JVM of this one's class path, and of its kind unless {@code bench.java} names another. */
  static Child java(List<String> options, Class<?> main, String... args) {
    return new Child(command(options, main, args));
  }

  /** What starts it; options may name another class path. */
  static List<String> command(List<String> options, Class<?> main, String... args) {
    List<String> command = new ArrayList<>();
    String own = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    command.add(System.getProperty("bench.java", own));
    command.addAll(options);
    command.add("-Dbench.libp2p=" + Hosts.IMPLEMENTATION);
    command.add("-Dbench.curves=" + Hosts.CURVES);
    if (!options.contains("-cp")) {
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    }
    command.add(main.getName());
    command.addAll(List.of(args));
    return command;
  }

  /** The next line of its standard output that contains the text. */
  String await(String text) {
    try {
      String line;
      while ((line = out.readLine()) != null) {
        if (line.contains(text)) {
          return line;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException("process ended before it said: " + text);
  }

  String ask(String command, String answer) {
    try {
      in.write(command + "\n");
      in.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return await(answer);
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  double cpuSeconds() {
    return cpuSeconds(pid());
  }

  /** User and system time of a process, all threads. */
  static double cpuSeconds(long pid) {
    String stat = read(Path.of("/proc", Long.toString(pid), "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / (double) TICKS_PER_SECOND;
  }

  /** User and system time by name of thread, its number left out. */
  Map<String, Double> cpuByThread() throws IOException {
    Map<String, Double> used = new TreeMap<>();
    try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid()), "task"))) {
      for (Path task : tasks.toList()) {
        try {
          String stat = Files.readString(task.resolve("stat"));
          int end = stat.lastIndexOf(')');
          String name = stat.substring(stat.indexOf('(') + 1, end).replaceAll("[-#0-9]+$", "");
          // In nanoseconds; that of stat counts in hundredths, which many threads do not reach.
          String ran = Files.readString(task.resolve("schedstat")).split(" ")[0];
          used.merge(name.replace(' ', '_'), Long.parseLong(ran) / 1e9, Double::sum);
        } catch (IOException ended) {
          // A thread that ended in between: its time is in the process's own, not here.
        }
      }
    }
    return used;
  }

  long rssKib() {
    return read(Path.of("/proc", Long.toString(pid()), "status"))
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A process without memory may not hear a signal. */
  @Override
  public void close() {
    end(END_SECONDS);
  }

  /** Asks it to stop, and ends it when it has not done so after this time. */
  void end(long seconds) {
    process.destroy();
    try {
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        var unused = process.destroyForcibly();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
