package fil.heartbeat.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import fil.heartbeat.cli.Main;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One of the two aggregators of {@link HostileBench}: the program, in a process of its own. */
final class HostileSide implements AutoCloseable {
  private static final Pattern AFTER_GC = Pattern.compile("->(\\d+)M\\(");
  private static final Pattern FULL_GC = Pattern.compile("Pause Full.*->(\\d+)M\\(");

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path folder;
  private final Child process;
  private final String address;
  private final String page;

  /**
   * Starts it.
   *
   * @param expected as {@code aggregator.expected} is written
   * @param sink URL of what it tells alerts to
   */
  HostileSide(Path folder, int heapMib, JsonObject expected, long maxNodes, String sink)
      throws IOException {
    this.folder = Files.createDirectory(folder);
    JsonObject config =
        new JsonObject()
            .put(
                "aggregator",
                new JsonObject()
                    .put("listen", "/ip4/127.0.0.1/tcp/0")
                    .put("network", "simulated")
                    .put("maxNodes", maxNodes)
                    .put("expected", expected))
            .put("http", new JsonObject().put("port", 0))
            .put("libp2p", new JsonObject().put("exemptLoopback", false))
            .put(
                "alerts",
                new JsonObject()
                    .put(
                        "sinks",
                        new JsonArray()
                            .add(
                                new JsonObject()
                                    .put("name", "bench")
                                    .put("type", "webhook")
                                    .put("url", sink))));
    Path file = Files.writeString(folder.resolve("config.json"), config.encodePrettily());
    List<String> options =
        List.of("-Xmx" + heapMib + "m", "-Xlog:gc:file=" + folder.resolve("gc.log"));
    process =
        new Child(
            Child.command(options, Main.class, "run", "--config", file.toString()),
            ProcessBuilder.Redirect.to(log().toFile()));
    address = process.await("ready: aggregator").replace("ready: aggregator ", "");
    page = process.await("ready: http").replace("ready: http ", "");
  }

  String address() {
    return address;
  }

  Child process() {
    return process;
  }

  Path log() {
    return folder.resolve("log");
  }

  /** What the API answers; a state that no node has when it does not. */
  JsonObject answer(String path) {
    String body = text(path);
    return body == null ? new JsonObject().put("state", "(no answer)") : new JsonObject(body);
  }

  /** What HTTP answers; null when it does not. */
  @Nullable String text(String path) {
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create(page + path))
                  .timeout(Duration.ofSeconds(10))
                  .build(),
              HttpResponse.BodyHandlers.ofString(UTF_8));
      return answer.statusCode() == 200 ? answer.body() : null;
    } catch (IOException gone) {
      return null;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** MiB, at most, ever. */
  long usedAfterCollection() throws IOException {
    long most = 0;
    Matcher used = AFTER_GC.matcher(Files.readString(folder.resolve("gc.log")));
    while (used.find()) {
      most = Math.max(most, Long.parseLong(used.group(1)));
    }
    return most;
  }

  /** MiB that are in use now, without garbage. */
  long live() throws IOException, InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    int code =
        new ProcessBuilder(jcmd, Long.toString(process.pid()), "GC.run")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    if (code != 0) {
      throw new IOException("jcmd GC.run ended with " + code);
    }
    long live = -1;
    Matcher full = FULL_GC.matcher(Files.readString(folder.resolve("gc.log")));
    while (full.find()) {
      live = Long.parseLong(full.group(1));
    }
    if (live < 0) {
      throw new IOException("no full collection in " + folder.resolve("gc.log"));
    }
    return live;
  }

  @Override
  public void close() {
    process.close();
  }
}
