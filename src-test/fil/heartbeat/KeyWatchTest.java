package fil.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.config.Config;
import fil.heartbeat.config.FileWatch;
import fil.heartbeat.libp2p.KeyFile;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.testing.LogLines;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class KeyWatchTest {
  @TempDir Path folder;

  private Path key(String name) {
    Path file = folder.resolve(name);
    KeyFile.Loaded unused = KeyFile.loadOrCreate(file, KeyType.ED25519);
    return file;
  }

  private static void look(FileWatch files) {
    for (int i = 0; i < 4; i++) {
      Void unused = files.look().await();
    }
  }

  @Test
  void anotherKeyIsToldOnceAndTheOldOneAgain(Vertx vertx) throws IOException {
    Path file = key("aggregator.key");
    Path kept = Files.copy(file, folder.resolve("kept"));
    Config config =
        Config.parse(
            new JsonObject("{\"aggregator\":{\"keyFile\":\"aggregator.key\"}}"),
            folder,
            Map.of(),
            Map.of());
    try (LogLines log = new LogLines(KeyWatch.class);
        FileWatch files = KeyWatch.start(vertx, config)) {
      look(files);
      assertThat(log.lines()).isEmpty();
      Files.move(key("other"), file, StandardCopyOption.REPLACE_EXISTING);
      look(files);
      Files.delete(file);
      look(files);
      Files.move(kept, file);
      look(files);
      assertThat(log.lines())
          .containsExactly(
              "WARN needs a restart: the key file is another file=" + file,
              "WARN key file is not as it was, the next start needs it cause="
                  + file
                  + ": no such file (expected: one that can be read)",
              "INFO key file is as before file=" + file);
    }
  }
}
