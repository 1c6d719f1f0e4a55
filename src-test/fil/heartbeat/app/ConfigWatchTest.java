package fil.heartbeat.app;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.config.Config;
import fil.heartbeat.config.FileWatch;
import fil.heartbeat.config.HttpConfig;
import fil.heartbeat.testing.LogLines;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class ConfigWatchTest {
  @TempDir Path folder;

  private ConfigFile file() {
    return new ConfigFile(
        Optional.of(folder.resolve("config.json").toString()), Map.of(), new Properties());
  }

  private static void look(ConfigWatch watch, int times) {
    for (int i = 0; i < times; i++) {
      var unused = watch.check().toCompletionStage().toCompletableFuture().join();
    }
  }

  private void write(String content) {
    try {
      Path config = Files.writeString(folder.resolve("config.json"), content);
      // The content counts, not the time stamp.
      var unused = Files.setLastModifiedTime(config, FileTime.from(Instant.EPOCH));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private ConfigWatch watchOfNothing(Vertx vertx, List<Config> applied) {
    write("{}");
    ConfigFile file = file();
    var unused = file.load();
    ConfigWatch watch = new ConfigWatch(vertx, new FileWatch(vertx), file, applied::add);
    var unusedStart = watch.start().toCompletionStage().toCompletableFuture().join();
    return watch;
  }

  @Test
  void aBrokenFileKeepsTheOldConfigAndAGoodOneApplies(Vertx vertx) {
    List<Config> applied = new CopyOnWriteArrayList<>();
    ConfigWatch watch = watchOfNothing(vertx, applied);
    for (String content :
        List.of(
            "{\"http\":{\"port\":1}}",
            "{\"http\":{\"po",
            "",
            "{\"http\":{\"port\":-1}}",
            "\uFEFF{\"http\":{\"port\":2}}\r\n")) {
      write(content);
      look(watch, 1);
    }
    assertThat(applied)
        .extracting(config -> config.http().orElseThrow())
        .containsExactly(
            new HttpConfig("127.0.0.1", 1, 1000), new HttpConfig("127.0.0.1", 2, 1000));
  }

  @Test
  void aFaultIsLoggedOnceHoweverOftenItIsSeen(Vertx vertx) throws IOException {
    List<Config> applied = new CopyOnWriteArrayList<>();
    Path config = folder.resolve("config.json");
    try (LogLines loud = LogLines.loud();
        LogLines log = new LogLines(ConfigWatch.class)) {
      ConfigWatch watch = watchOfNothing(vertx, applied);
      Files.delete(config);
      look(watch, 5);
      write("{}");
      look(watch, 1);
      write("{\"http\":{\"port\":-1}}");
      look(watch, 5);
      assertThat(log.lines()).hasSize(3);
      assertThat(log.lines().subList(0, 2))
          .containsExactly(
              "ERROR config rejected, keeping the current one: "
                  + config
                  + ": no such file (expected: one that can be read)",
              "INFO config is as before file=" + config);
      assertThat(log.lines().get(2)).startsWith("ERROR").contains("http.port: -1");
      assertThat(loud.lines()).isEmpty();
    }
    assertThat(applied).isEmpty();
  }

  @Test
  void nothingIsLoggedAfterClose(Vertx vertx) throws IOException {
    List<Config> applied = new CopyOnWriteArrayList<>();
    try (LogLines loud = LogLines.loud();
        LogLines log = new LogLines(ConfigWatch.class)) {
      ConfigWatch watch = watchOfNothing(vertx, applied);
      Files.delete(folder.resolve("config.json"));
      look(watch, 1);
      watch.close();
      look(watch, 3);
      assertThat(log.lines()).isEmpty();
      assertThat(loud.lines()).isEmpty();
    }
    assertThat(applied).isEmpty();
  }

  @Test
  void undecodableContentIsRejectedInALine(Vertx vertx) throws IOException {
    List<Config> applied = new CopyOnWriteArrayList<>();
    Path config = folder.resolve("config.json");
    try (LogLines log = new LogLines(ConfigWatch.class)) {
      ConfigWatch watch = watchOfNothing(vertx, applied);
      Files.write(config, new byte[] {'{', '\n', (byte) 0xff});
      look(watch, 3);
      assertThat(log.lines())
          .containsExactly(
              "ERROR config rejected, keeping the current one: "
                  + config
                  + ": line 2: bytes that are no text (expected: UTF-8)");
    }
    assertThat(applied).isEmpty();
  }

  @Test
  void aChangeOfTheFileIsSeen(Vertx vertx, VertxTestContext test) throws Exception {
    Path config = folder.resolve("config.json");
    Files.writeString(config, "{\"http\":{\"port\":1}}");
    new ConfigWatch(
            vertx,
            new FileWatch(vertx),
            file(),
            changed ->
                test.verify(
                    () -> {
                      assertThat(changed.http()).contains(new HttpConfig("127.0.0.1", 2, 1000));
                      test.completeNow();
                    }))
        .start()
        .onComplete(
            test.succeeding(
                watching ->
                    test.verify(
                        () -> {
                          Path next =
                              Files.writeString(folder.resolve("n"), "{\"http\":{\"port\":2}}");
                          Files.move(next, config, StandardCopyOption.ATOMIC_MOVE);
                        })));
  }

  /** By the time that all roles run, the file may have changed since it was loaded. */
  @Test
  void aChangeThatCameBeforeTheWatchIsSeen(Vertx vertx, VertxTestContext test) throws Exception {
    Path config = Files.writeString(folder.resolve("config.json"), "{\"http\":{\"port\":1}}");
    ConfigFile file = file();
    var unused = file.load();
    Files.writeString(config, "{\"http\":{\"port\":2}}");
    List<Config> applied = new ArrayList<>();
    new ConfigWatch(vertx, new FileWatch(vertx), file, applied::add)
        .start()
        .onComplete(
            test.succeeding(
                watching ->
                    test.verify(
                        () -> {
                          assertThat(applied)
                              .extracting(changed -> changed.http().orElseThrow())
                              .containsExactly(new HttpConfig("127.0.0.1", 2, 1000));
                          test.completeNow();
                        })));
  }

  @Test
  void theLoadedContentIsNoChange(Vertx vertx, VertxTestContext test) throws Exception {
    Files.writeString(folder.resolve("config.json"), "{\"http\":{\"port\":1}}");
    ConfigFile file = file();
    var unused = file.load();
    List<Config> applied = new ArrayList<>();
    new ConfigWatch(vertx, new FileWatch(vertx), file, applied::add)
        .start()
        .onComplete(
            test.succeeding(
                watching ->
                    test.verify(
                        () -> {
                          assertThat(applied).isEmpty();
                          test.completeNow();
                        })));
  }
}
