package fil.heartbeat.interop;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.truth.Run;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code TruthModelTest} asks of the program, asked of the page: of its own model under node,
 * and of one in ten in a real browser. {@code -Dtruth.seeds=200} runs more of it.
 */
class TruthInterop {
  private static final int SEEDS = Integer.getInteger("truth.seeds", 10);
  private static final int FIRST = Integer.getInteger("truth.first", 0);
  private static final int IN_A_BROWSER = 10;

  @TempDir Path folder;

  @Test
  void thePageSaysWhatIsSo() throws Exception {
    List<String> tapes = new ArrayList<>();
    for (int seed = FIRST; seed < FIRST + SEEDS; seed++) {
      try (Run run = Run.of(Files.createDirectory(folder.resolve("" + seed)), seed)) {
        Run.End end = run.all();
        JsonObject expected = json(end).put("seed", seed);
        tapes.add(expected.copy().put("heard", new JsonArray(run.heard())).encode());
        if (seed % IN_A_BROWSER == 0) {
          try (Program browser =
              WebScript.start(
                  "browser.mjs", "truth", "http://127.0.0.1:" + run.port(), expected.encode())) {
            browser.await("seen: done");
            assertThat(browser.end()).as(browser.said()).isZero();
          }
        }
      }
    }
    Path file = Files.write(folder.resolve("tapes.jsonl"), tapes);
    try (Program node = WebScript.start("told.mjs", file.toString())) {
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
