package fil.heartbeat.interop;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A lotus full node and a lotus-miner on lotus' own API module, with a canned mainnet that follows
 * the clock. Tokens and ports are others after each restart, and in the files of both repos.
 */
final class Lotus implements AutoCloseable {
  private static final Path SOURCE = Path.of("src-test", "peers", "lotus").toAbsolutePath();
  private static final Path PROGRAM = Path.of("target", "peers", "lotus").toAbsolutePath();

  /** What the miner says that it is. */
  static final String MINER = "f01000";

  private static boolean built;

  private final Path folder;
  private final Peer peer;
  private JsonObject ready;

  private Lotus(Path folder) {
    this.folder = folder;
    peer =
        new Peer(
            "lotus",
            SOURCE,
            List.of(
                PROGRAM.toString(),
                "--repo",
                repo().toString(),
                "--miner-repo",
                minerRepo().toString()));
    ready = peer.await("ready");
  }

  /**
   * @param folder gets the repos
   */
  static Lotus start(Path folder) {
    buildOnce();
    return new Lotus(folder);
  }

  private static synchronized void buildOnce() {
    if (!built) {
      // Without symbols, of which nobody reads any: linking takes half as long.
      Program.runToEnd(
          SOURCE, List.of("go", "build", "-ldflags=-s -w", "-o", PROGRAM.toString(), "."));
      built = true;
    }
  }

  /** {@code LOTUS_PATH}. */
  Path repo() {
    return folder.resolve("lotus");
  }

  /** {@code LOTUS_MINER_PATH}. */
  Path minerRepo() {
    return folder.resolve("lotusminer");
  }

  /** Of the full node, without a path. */
  String url() {
    return ready.getJsonObject("fullNode").getString("url");
  }

  /**
   * A token of the full node.
   *
   * @param permission {@code read}, {@code sign} for that alone, or {@code admin} for all
   */
  String token(String permission) {
    return ready.getJsonObject("fullNode").getJsonObject("tokens").getString(permission);
  }

  /** What {@code auth api-info --perm read} of both prints, as variables. */
  Map<String, String> apiInfo() {
    return Map.ofEntries(apiInfo("fullNode"), apiInfo("miner"));
  }

  private Map.Entry<String, String> apiInfo(String daemon) {
    String[] line =
        ready.getJsonObject(daemon).getJsonObject("apiInfo").getString("read").split("=", 2);
    return Map.entry(line[0], line[1]);
  }

  /** Changes what is served, by the members of {@code state} in its source. */
  void set(JsonObject members) {
    peer.tell("set " + members.encode(), "did-set");
  }

  /** Other ports, other tokens, another start time. */
  void restart() {
    peer.tell("restart", "restarted");
    ready = peer.await("ready");
  }

  @Override
  public void close() {
    peer.close();
  }
}
