package fil.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.config.Config;
import fil.heartbeat.config.HttpConfig;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
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

  @Test
  void aBrokenFileKeepsTheOldConfigAndAGoodOneApplies(Vertx vertx) {
    List<Config> applied = new ArrayList<>();
    ConfigWatch watch = new ConfigWatch(vertx, file(), applied::add);
    watch.apply("{\"http\":{\"port\":1}}");
    watch.apply("{\"http\":{\"po");
    watch.apply("");
    watch.apply("{\"http\":{\"port\":-1}}");
    watch.apply("{\"http\":{\"port\":2}}");
    assertThat(applied)
        .extracting(config -> config.http().orElseThrow())
        .containsExactly(
            new HttpConfig("127.0.0.1", 1, 1000), new HttpConfig("127.0.0.1", 2, 1000));
  }

  @Test
  void aChangeOfTheFileIsSeen(Vertx vertx, VertxTestContext test) throws Exception {
    Path config = folder.resolve("config.json");
    Files.writeString(config, "{\"http\":{\"port\":1}}");
    new ConfigWatch(
            vertx,
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

  /** What was loaded at the start is old by the time that all roles are up. */
  @Test
  void aChangeThatCameBeforeTheWatchIsSeen(Vertx vertx, VertxTestContext test) throws Exception {
    Path config = Files.writeString(folder.resolve("config.json"), "{\"http\":{\"port\":1}}");
    ConfigFile file = file();
    var unused = file.load();
    Files.writeString(config, "{\"http\":{\"port\":2}}");
    List<Config> applied = new ArrayList<>();
    new ConfigWatch(vertx, file, applied::add)
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
  void whatWasLoadedIsNoChange(Vertx vertx, VertxTestContext test) throws Exception {
    Files.writeString(folder.resolve("config.json"), "{\"http\":{\"port\":1}}");
    ConfigFile file = file();
    var unused = file.load();
    List<Config> applied = new ArrayList<>();
    new ConfigWatch(vertx, file, applied::add)
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
