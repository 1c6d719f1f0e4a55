package fil.heartbeat.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.testing.FileScript;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Files that people and tools change in every possible way. */
@ExtendWith(VertxExtension.class)
class FileWatchTest {
  private static final int SEEDS = 200;
  private static final int STEPS = 12;

  @TempDir private Path folder;

  /** Accepts contents that begin with {@code ok}, when its step is over. */
  private static final class Taken implements FileChanges.Taker {
    private final List<String> told = new CopyOnWriteArrayList<>();
    private volatile String last = "ok";
    private volatile Future<?> step = Future.succeededFuture();

    @Override
    public Future<?> take(List<byte[]> contents) throws IOException {
      String text = new String(contents.get(0), UTF_8);
      if (!text.startsWith("ok")) {
        throw new IOException("no ok");
      }
      return step.onSuccess(
          done -> {
            last = text;
            told.add("took " + text);
          });
    }

    @Override
    public void fault(String cause) {
      told.add("fault " + cause);
    }

    @Override
    public void asBefore() {
      told.add("as before");
    }
  }

  private static void look(FileWatch watch, int times) {
    for (int i = 0; i < times; i++) {
      var unused = watch.check().toCompletionStage().toCompletableFuture().join();
    }
  }

  @Test
  void contentsAreAppliedAndEachFaultIsReportedOnce(Vertx vertx) throws IOException {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      Path home = Files.createDirectory(folder.resolve("seed" + seed));
      Path file = FileScript.write(home.resolve("f"), "ok");
      FileScript script = new FileScript(file);
      Taken taken = new Taken();
      try (FileWatch watch = new FileWatch(vertx)) {
        var unused = watch.part().watch(List.of(file), List.of("ok".getBytes(UTF_8)), taken);
        String holds = "ok";
        for (int step = 0; step < STEPS; step++) {
          String text = "ok " + random.nextInt(3);
          boolean right = script.change(random, text);
          holds = right ? text : holds;
          look(watch, 2 + random.nextInt(3));
          assertThat(taken.last).as("seed %s step %s", seed, step).isEqualTo(holds);
          if (!right) {
            assertThat(taken.told.get(taken.told.size() - 1))
                .as("seed %s step %s", seed, step)
                .startsWith("fault ");
          }
        }
        for (int i = 1; i < taken.told.size(); i++) {
          assertThat(taken.told.get(i))
              .as("seed %s told twice", seed)
              .isNotEqualTo(taken.told.get(i - 1));
        }
      }
    }
  }

  @Test
  void aHalfWrittenFileAtOneReadIsNoFault(Vertx vertx) throws IOException {
    Path file = FileScript.write(folder.resolve("f"), "ok");
    Taken taken = new Taken();
    try (FileWatch watch = new FileWatch(vertx)) {
      var unused = watch.part().watch(List.of(file), List.of("ok".getBytes(UTF_8)), taken);
      var unusedHalf = FileScript.write(file, "half");
      look(watch, 1);
      var unusedWhole = FileScript.write(file, "ok 2");
      look(watch, 2);
      assertThat(taken.told).containsExactly("took ok 2");
    }
  }

  @Test
  void nothingIsReportedAfterClose(Vertx vertx) throws IOException {
    Path file = FileScript.write(folder.resolve("f"), "ok");
    Promise<Void> under = Promise.promise();
    Taken taken = new Taken();
    taken.step = under.future();
    FileWatch watch = new FileWatch(vertx);
    var unused = watch.part().watch(List.of(file), List.of(), taken);
    Future<Void> look = watch.check();
    watch.close();
    under.fail("closed");
    var unusedLook = look.toCompletionStage().toCompletableFuture().join();
    Files.delete(file);
    look(watch, 3);
    assertThat(taken.told).isEmpty();
  }
}
