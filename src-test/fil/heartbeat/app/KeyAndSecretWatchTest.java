package fil.heartbeat.app;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.config.Config;
import fil.heartbeat.config.FileWatch;
import fil.heartbeat.config.NodeConfig;
import fil.heartbeat.config.SmallFile;
import fil.heartbeat.libp2p.KeyFile;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.testing.CanIgnoreReturnValue;
import fil.heartbeat.testing.LogLines;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class KeyAndSecretWatchTest {
  private static final String NONE = ": no such file (expected: one that can be read)";
  private static final String AGGREGATOR = "{\"aggregator\":{\"keyFile\":\"aggregator.key\"}}";

  private static final String NODE =
      "{\"nodes\":[{\"nickname\":\"n1\",\"keyFile\":\"n1.key\",\"chain\":{\"url\":"
          + "\"http://127.0.0.1:1/rpc/v1\"},\"targets\":["
          + "{\"beatTarget\":\"local\"}]}],\"aggregator\":{\"keyFile\":\"aggregator.key\"}}";

  @TempDir Path folder;
  private FileWatch files;
  private KeyAndSecretWatch watch;

  @BeforeEach
  void start(Vertx vertx) {
    files = new FileWatch(vertx, path -> SmallFile.bytes(path, SmallFile.MAX_BYTES));
    watch = new KeyAndSecretWatch(files);
  }

  private Path key(String name) {
    Path file = folder.resolve(name);
    KeyFile.Loaded unused = KeyFile.loadOrCreate(file, KeyType.ED25519);
    return file;
  }

  @CanIgnoreReturnValue
  private Config watch(String json) {
    return watch(json, List.of());
  }

  @CanIgnoreReturnValue
  private Config watch(String json, List<NodeConfig> stopped) {
    Config config = Config.parse(new JsonObject(json), folder, Map.of(), Map.of());
    Object unused = watch.watch(config, stopped).await();
    look();
    return config;
  }

  private void look() {
    for (int i = 0; i < 4; i++) {
      Void unused = files.check().await();
    }
  }

  @Test
  void anotherKeyIsLoggedOnceAndTheReturnOfTheOldOne() throws IOException {
    Path file = key("aggregator.key");
    Path kept = Files.copy(file, folder.resolve("kept"));
    try (LogLines log = new LogLines(KeyAndSecretWatch.class)) {
      watch(AGGREGATOR);
      assertThat(log.lines()).isEmpty();
      Path ignored = Files.move(key("other"), file, StandardCopyOption.REPLACE_EXISTING);
      look();
      Files.delete(file);
      look();
      ignored = Files.move(kept, file);
      look();
      assertThat(log.lines())
          .containsExactly(
              "WARN needs a restart: the key file is another file=" + file,
              "WARN key file is not as it was, the next start needs it cause=" + file + NONE,
              "INFO key file is as before file=" + file);
    }
  }

  /** Keys of nodes that a reload added are watched, and those of removed ones are not. */
  @Test
  void theKeysOfTheConfigInForceAreWatched() throws IOException {
    Path first = key("aggregator.key");
    Path added = key("n1.key");
    try (LogLines log = new LogLines(KeyAndSecretWatch.class)) {
      watch(AGGREGATOR);
      Files.delete(first);
      look();
      watch(NODE);
      Files.delete(added);
      look();
      watch(AGGREGATOR);
      Path ignored = key("n1.key");
      look();
      assertThat(log.lines())
          .containsExactly(
              "WARN key file is not as it was, the next start needs it cause=" + first + NONE,
              "WARN key file is not as it was, the next start needs it cause=" + added + NONE);
    }
  }

  /** A reload that restarted the node used the key that is there now. */
  @Test
  void theKeyOfARestartedNodeIsReadAgain() throws IOException {
    Path first = key("aggregator.key");
    Path own = key("n1.key");
    try (LogLines log = new LogLines(KeyAndSecretWatch.class)) {
      Config config = watch(NODE);
      Path ignored = Files.move(key("other"), own, StandardCopyOption.REPLACE_EXISTING);
      watch(NODE, config.senders().sending());
      look();
      Files.delete(first);
      ignored = Files.move(key("third"), own, StandardCopyOption.REPLACE_EXISTING);
      look();
      Path kept = Files.move(own, folder.resolve("kept"));
      look();
      ignored = Files.move(kept, own);
      look();
      assertThat(log.lines())
          .filteredOn(line -> line.contains("n1.key"))
          .containsExactly(
              "WARN needs a restart: the key file is another file=" + own,
              "WARN key file is not as it was, the next start needs it cause=" + own + NONE,
              "WARN needs a restart: the key file is another file=" + own);
    }
  }

  /** Hundreds of nodes may share one; its absence is one line. */
  @Test
  void aSharedSecretIsLoggedOnce() throws IOException {
    Path url = Files.writeString(folder.resolve("url"), "https://example.com/hook");
    Path ignored = key("aggregator.key");
    String sink = "{\"name\":\"%s\",\"type\":\"webhook\",\"urlFile\":\"url\"}";
    String json =
        "{\"aggregator\":{\"keyFile\":\"aggregator.key\"},\"alerts\":{\"sinks\":["
            + String.join(",", sink.formatted("a"), sink.formatted("b"), sink.formatted("c"))
            + "]}}";
    try (LogLines log = new LogLines(KeyAndSecretWatch.class)) {
      watch(json);
      Files.delete(url);
      look();
      assertThat(log.lines())
          .containsExactly(
              "WARN secret cannot be used setting=alerts.sinks[a].url and 2 more cause="
                  + url
                  + NONE);
    }
  }

  @Test
  void anUnusableSecretIsLoggedBeforeItIsNeeded() throws IOException {
    Path token = Files.writeString(folder.resolve("peer.token"), "abc\n");
    Path url = Files.writeString(folder.resolve("url"), "https://example.com/hook\r\n");
    String json =
        "{\"aggregator\":{\"keyFile\":\"aggregator.key\"},\"alerts\":{\"peers\":[{\"name\":\"b\","
            + "\"url\":\"http://b:8080\",\"tokenFile\":\"peer.token\"}],\"sinks\":[{\"name\":"
            + "\"ops\",\"type\":\"webhook\",\"urlFile\":\"url\"}]}}";
    Path ignored = key("aggregator.key");
    try (LogLines log = new LogLines(KeyAndSecretWatch.class)) {
      watch(json);
      assertThat(log.lines()).isEmpty();
      ignored = Files.writeString(token, "two words\n");
      Files.delete(url);
      look();
      ignored = Files.writeString(token, "def\n");
      ignored = Files.writeString(url, "\uFEFFhttps://example.com/hook2");
      look();
      assertThat(log.lines())
          .containsExactlyInAnyOrder(
              "WARN secret cannot be used setting=alerts.peers[b].tokenFile cause="
                  + token
                  + ": no token (expected: one line, a read token)",
              "WARN secret cannot be used setting=alerts.sinks[ops].url cause=" + url + NONE,
              "INFO secret changed setting=alerts.peers[b].tokenFile file=" + token,
              "INFO secret changed setting=alerts.sinks[ops].url file=" + url);
      assertThat(String.join("\n", log.lines())).doesNotContain("two words", "hook");
    }
  }
}
