package fil.heartbeat.interop;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The jar as an aggregator, in a process of its own.
 *
 * @param target multiaddr to beat to
 * @param url of its API and page
 */
record Aggregator(Program program, Path folder, String target, String url)
    implements AutoCloseable {

  /** On ports that are free; the second start in a folder knows what the first one kept. */
  static Aggregator start(Path folder) throws IOException {
    return start(folder, "/ip4/127.0.0.1/tcp/0", new JsonObject().put("port", 0));
  }

  static Aggregator start(Path folder, String listen, JsonObject http) throws IOException {
    return start(folder, listen, http, null);
  }

  /**
   * @param alerts the alert role; null for none
   */
  static Aggregator start(Path folder, String listen, JsonObject http, @Nullable JsonObject alerts)
      throws IOException {
    Path config = write(folder, listen, http, alerts);
    Program program = Program.heartbeat(folder, "run", "--config", config.toString());
    return new Aggregator(
        program,
        folder,
        program.await("^ready: aggregator (\\S+)").group(1),
        program.await("^ready: http (\\S+)").group(1));
  }

  private static Path write(
      Path folder, String listen, JsonObject http, @Nullable JsonObject alerts) throws IOException {
    JsonObject roles =
        new JsonObject()
            .put("aggregator", new JsonObject().put("listen", listen).put("network", "simulated"))
            .put("http", http);
    if (alerts != null) {
      roles.put("alerts", alerts);
    }
    Path config = Files.createDirectories(folder).resolve("config.json");
    return Files.writeString(config, roles.encode());
  }

  /** Starts it again where it was, after it was killed. */
  Aggregator again() throws IOException {
    return again(null);
  }

  /**
   * @param alerts the alert role; null for none
   */
  Aggregator again(@Nullable JsonObject alerts) throws IOException {
    return start(
        folder,
        target.substring(0, target.indexOf("/p2p/")),
        new JsonObject().put("port", port()),
        alerts);
  }

  /** Of the API. */
  int port() {
    return Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
  }

  /** Gives one that was started on ports that were free another alert role while it runs. */
  void alerts(JsonObject alerts) throws IOException {
    Path ignored = write(folder, "/ip4/127.0.0.1/tcp/0", new JsonObject().put("port", 0), alerts);
    program.await("action=reload");
  }

  /** Nodes that beat each second; a tenth each is forked, lagging and silent. */
  Program swarm(int nodes, int seed) {
    String tenth = "10";
    return Program.heartbeat(
        folder,
        "swarm",
        "--target",
        target,
        "--nodes",
        String.valueOf(nodes),
        "--beat-period",
        "1s",
        "--duration",
        "20m",
        "--fork",
        tenth,
        "--lag",
        tenth,
        "--silent",
        tenth,
        "--seed",
        String.valueOf(seed));
  }

  @Override
  public void close() {
    program.close();
  }
}
