package fil.heartbeat.testing;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The whole program as a process of its own, which serves HTTP. */
public final class Daemon implements AutoCloseable {
  private static final String HTTP = "ready: http ";
  private static final Executor A_MOMENT_LATER =
      CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);

  private final Process process;
  private final BufferedReader out;
  private final Path log;
  private final HttpClient client = HttpClient.newHttpClient();
  private String url = "";

  private Daemon(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.out = process.inputReader(StandardCharsets.UTF_8);
  }

  /** How the program is run in a folder, without the configuration of whoever runs the tests. */
  public static ProcessBuilder command(Path folder, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // What lives for seconds is not compiled for hours: a stop in time is a matter of real seconds.
    command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.contains("FIL_HEARTBEAT") || name.endsWith("_API_INFO"));
    return builder;
  }

  /** Runs a command of {@link #command}, and waits until it is ready to be asked. */
  public static Daemon start(ProcessBuilder command, Path log) throws IOException {
    Daemon daemon = new Daemon(command.redirectError(log.toFile()).start(), log);
    String line = daemon.out.readLine();
    while (line != null && !line.startsWith(HTTP)) {
      line = daemon.out.readLine();
    }
    if (line == null) {
      daemon.close();
    }
    assertThat(line).as("a ready line; its log: %s", daemon.log()).isNotNull();
    daemon.url = line.substring(HTTP.length());
    return daemon;
  }

  /** What it answers, whatever the status. */
  public String get(String path) throws IOException, InterruptedException {
    return client
        .send(
            HttpRequest.newBuilder(URI.create(url + path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  /** What it answers once that is as wanted; between two looks it has the machine for itself. */
  @CanIgnoreReturnValue
  public String await(String path, Predicate<String> wanted)
      throws IOException, InterruptedException {
    String answer = get(path);
    while (!wanted.test(answer)) {
      Void unused = CompletableFuture.runAsync(() -> {}, A_MOMENT_LATER).join();
      answer = get(path);
    }
    return answer;
  }

  /** Where it serves HTTP, on loopback. */
  public int port() {
    return URI.create(url).getPort();
  }

  public String log() throws IOException {
    return Files.readString(log);
  }

  /** Sends one empty line to its standard input. */
  public void tell() throws IOException {
    Writer in = process.outputWriter(StandardCharsets.UTF_8);
    in.write("\n");
    in.flush();
  }

  /** The exit code after SIGTERM. */
  public int stop() throws IOException, InterruptedException {
    // The process' own destroy would close its standard output.
    assertThat(process.toHandle().destroy()).isTrue();
    while (out.readLine() != null) {
      // Nothing of it matters.
    }
    return process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
