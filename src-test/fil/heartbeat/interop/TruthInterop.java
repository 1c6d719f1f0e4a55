package fil.heartbeat.interop;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.truth.Run;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@code TruthModelTest} asks of the program, asked of the page: of its own model under node,
 * and of one in ten in a real browser. Its seeds are the ones after those of the unit run; {@code
 * -Dtruth.seeds=200} runs more of them.
 */
class TruthInterop {
  private static final int SEEDS = Integer.getInteger("truth.seeds", 5);
  private static final int FIRST = Integer.getInteger("truth.first", 10);
  private static final int IN_A_BROWSER = 10;

  @TempDir Path folder;

  static LongStream seeds() {
    return LongStream.range(FIRST, FIRST + SEEDS);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void thePageSaysWhatIsSo(long seed) throws Exception {
    Path tape = folder.resolve("tape.jsonl");
    try (Run run = Run.of(Files.createDirectory(folder.resolve("world")), seed)) {
      Run.End end = run.all();
      JsonObject expected = json(end).put("seed", seed);
      Path ignored =
          Files.writeString(
              tape, expected.copy().put("heard", new JsonArray(run.heard())).encode());
      if (seed % IN_A_BROWSER == 0) {
        try (Program browser =
            WebScript.start(
                "browser.mjs", "truth", "http://127.0.0.1:" + run.port(), expected.encode())) {
          browser.await("seen: done");
          assertThat(browser.end()).as(browser.said()).isZero();
        }
      }
    }
    try (Program node = WebScript.start("told.mjs", tape.toString())) {
      assertThat(node.end()).as(node.said()).isZero();
    }
  }

  private static JsonObject json(Run.End end) {
    Map<String, Object> states = new TreeMap<>(end.states());
    return new JsonObject()
        .put("states", new JsonObject(states))
        .put("alerts", new JsonArray(List.copyOf(end.alerts())));
  }
}
