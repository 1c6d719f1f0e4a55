package fil.heartbeat.interop;

import fil.heartbeat.testing.HeldPort;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The jar as an aggregator, in a process of its own.
 *
 * @param role what its configuration says of it
 * @param http and of its API
 * @param target multiaddr to beat to
 * @param url of its API and page
 */
record Aggregator(
    Program program, Path folder, JsonObject role, JsonObject http, String target, String url)
    implements AutoCloseable {

  private static final String ANY_PORT = "/ip4/127.0.0.1/tcp/0";

  /** On ports that are free; the second start in a folder knows what the first one kept. */
  static Aggregator start(Path folder) throws IOException {
    return start(folder, new JsonObject());
  }

  /**
   * @param http the HTTP role, but for its port
   */
  static Aggregator start(Path folder, JsonObject http) throws IOException {
    return start(folder, http, null);
  }

  /**
   * @param alerts the alert role; null for none
   */
  static Aggregator start(Path folder, JsonObject http, @Nullable JsonObject alerts)
      throws IOException {
    return start(folder, role(ANY_PORT, "simulated"), http.copy().put("port", 0), alerts);
  }

  /** Of nodes of another network than the simulated one. */
  static Aggregator startOn(Path folder, String network) throws IOException {
    return start(folder, role(ANY_PORT, network), new JsonObject().put("port", 0), null);
  }

  /** On ports that are its own also while it is away; see {@link #again}. */
  static Aggregator start(Path folder, HeldPort beats, HeldPort http, @Nullable JsonObject alerts)
      throws IOException {
    return start(
        folder,
        role(beats.address().toString(), "simulated"),
        new JsonObject().put("port", http.port()),
        alerts);
  }

  private static JsonObject role(String listen, String network) {
    return new JsonObject().put("listen", listen).put("network", network);
  }

  private static Aggregator start(
      Path folder, JsonObject role, JsonObject http, @Nullable JsonObject alerts)
      throws IOException {
    Path config = write(folder, role, http, alerts);
    Program program = Program.heartbeat(folder, "run", "--config", config.toString());
    try {
      return new Aggregator(
          program,
          folder,
          role,
          http,
          program.await("^ready: aggregator (\\S+)").group(1),
          program.await("^ready: http (\\S+)").group(1));
    } catch (AssertionError e) {
      program.close();
      throw e;
    }
  }

  private static Path write(
      Path folder, JsonObject role, JsonObject http, @Nullable JsonObject alerts)
      throws IOException {
    JsonObject roles = new JsonObject().put("aggregator", role).put("http", http);
    if (alerts != null) {
      // Fleets of a test are young.
      roles.put("alerts", alerts.copy().put("monitorAfter", "0s"));
    }
    Path config = Files.createDirectories(folder).resolve("config.json");
    return Files.writeString(config, roles.encode());
  }

  /** Starts it again after it was killed, on the held ports that it had. */
  Aggregator again(@Nullable JsonObject alerts) throws IOException {
    return start(folder, role, http, alerts);
  }

  /**
   * Names nodes while it runs; a moment later they have their names, and only these vote.
   *
   * @param expected name by peer id
   */
  void expects(JsonObject expected, @Nullable JsonObject alerts) throws IOException {
    Path ignored = write(folder, role.copy().put("expected", expected), http, alerts);
  }

  /** Of the API. */
  int port() {
    return Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
  }

  /** Gives it another alert role while it runs. */
  void alerts(JsonObject alerts) throws IOException {
    Path ignored = write(folder, role, http, alerts);
    program.await("action=reload");
  }

  /** Nodes that beat each second until they are killed; a tenth each is forked, lagging, silent. */
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
        "24h",
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
