package fil.heartbeat.app;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.config.Config;
import fil.heartbeat.history.SqliteHistory;
import fil.heartbeat.testing.LogLines;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stop during the start of the roles. */
@Timeout(60)
class StoppedStartTest {
  private static final List<String> STEPS =
      List.of("history", "host", "aggregator", "alerts", "http", "sender");

  @TempDir Path folder;
  private final List<String> ready = Collections.synchronizedList(new ArrayList<>());

  private Config config() {
    return Config.parse(
        new JsonObject(
            """
            {"nodes":[
               {"nickname":"alice","chain":{"source":"simulated"},
                "targets":[{"beatTarget":"local"}]},
               {"nickname":"bob","chain":{"source":"simulated"},
                "targets":[{"beatTarget":"local"}]}],
             "alerts":{},
             "aggregator":{"listen":"/ip4/127.0.0.1/tcp/0","network":"simulated"},
             "http":{"port":0}}
            """),
        folder,
        Map.of());
  }

  private static @Nullable Throwable settled(Future<?> future) throws Exception {
    return future
        .toCompletionStage()
        .toCompletableFuture()
        .handle((done, failure) -> failure)
        .get();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "history", "host", "aggregator", "alerts", "http", "sender"})
  void aStopAtEachStepOfTheStartIsClean(String last) throws Exception {
    Vertx vertx = Vertx.vertx();
    AtomicReference<@Nullable App> made = new AtomicReference<>();
    AtomicReference<@Nullable Future<Void>> down = new AtomicReference<>();
    List<String> begun = Collections.synchronizedList(new ArrayList<>());
    Steps steps =
        new Steps(
            step -> {
              begun.add(step);
              if (step.equals(last)) {
                // The step continues.
                down.set(Objects.requireNonNull(made.get()).stop());
              }
            });
    App app = new App(vertx, config(), "test", ready::add, steps, new ProcessLocks());
    made.set(app);
    try (LogLines loud = LogLines.loud()) {
      if (last.equals("none")) {
        down.set(app.stop());
      }
      assertThat(settled(app.start())).isInstanceOf(Steps.StoppedException.class);
      assertThat(settled(app.stop())).isNull();
      assertThat(app.stop()).isSameAs(down.get());
      assertThat(loud.lines())
          .allMatch(
              line ->
                  line.startsWith("WARN SIMULATED chain: ")
                      || line.contains(" generated key file="));
    }
    assertThat(begun)
        .isEqualTo(last.equals("none") ? List.of() : STEPS.subList(0, STEPS.indexOf(last) + 1));
    assertThat(ready).isEmpty();
    assertThat(vertx.deploymentIDs()).isEmpty();
    // The folder is not locked any more.
    SqliteHistory again = SqliteHistory.open(folder.resolve("data"), InstantSource.system());
    assertThat(settled(again.close())).isNull();
  }
}
