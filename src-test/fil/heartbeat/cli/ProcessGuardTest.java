package fil.heartbeat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.config.LogConfig;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that cannot continue ends. */
@ExtendWith(VertxExtension.class)
@Timeout(60)
class ProcessGuardTest {

  /** Runs out of memory, in a separate process. */
  static final class Hungry {
    private static final List<byte[]> HELD = new ArrayList<>();

    public static void main(String[] args) {
      Vertx vertx = Vertx.vertx();
      ProcessGuard guard =
          ProcessGuard.of(
              vertx,
              new ProcessGuard.Limits(
                  Duration.ofSeconds(60), Duration.ofSeconds(2), Duration.ofSeconds(10)),
              new ProcessGuard.Halt());
      Logging.configure(new LogConfig("info", false), guard::onError);
      // As the program does, through its log.
      Thread.setDefaultUncaughtExceptionHandler((thread, error) -> guard.onError(error));
      switch (args[0]) {
        case "handler" -> vertx.runOnContext(nothing -> fill());
        case "task" -> ((VertxInternal) vertx).nettyEventLoopGroup().next().execute(Hungry::fill);
        case "swallowed" -> new Thread(Hungry::fillAndSwallow).start();
        default -> throw new IllegalArgumentException(args[0]);
      }
    }

    private static void fill() {
      while (true) {
        HELD.add(new byte[64 * 1024]);
      }
    }

    private static void fillAndSwallow() {
      while (true) {
        try {
          fill();
        } catch (OutOfMemoryError e) {
          // As a library that turns every error into a failed future.
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"handler", "task", "swallowed"})
  void aProcessWithoutMemoryEndsWithOneLineAndCode70(String where, @TempDir Path folder)
      throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    Process hungry =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx48m",
                "-cp",
                System.getProperty("java.class.path"),
                Hungry.class.getName(),
                where)
            .redirectError(log.toFile())
            .start();
    try {
      assertThat(hungry.waitFor()).isEqualTo(70);
    } finally {
      hungry.destroyForcibly();
    }
    assertThat(Files.readString(log).lines())
        .containsOnlyOnce(
            "out of memory (-Xmx 48 MiB): ended, exit code 70 (expected: a larger -Xmx or fewer"
                + " nodes)");
  }

  private record End(int code, String line) {}

  private final CompletableFuture<End> ended = new CompletableFuture<>();

  private ProcessGuard guard(Vertx vertx) {
    Duration second = Duration.ofSeconds(1);
    return ProcessGuard.of(
        vertx,
        new ProcessGuard.Limits(second, Duration.ofMinutes(1), second),
        (code, line) -> ended.complete(new End(code, new String(line, StandardCharsets.UTF_8))));
  }

  @Test
  void anEventLoopThatRunsNoTaskIsDead(Vertx vertx) throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    ProcessGuard guard = guard(vertx);
    try {
      vertx.runOnContext(
          nothing -> {
            try {
              held.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      End end = ended.get(30, TimeUnit.SECONDS);
      assertThat(end.code()).isEqualTo(70);
      assertThat(end.line())
          .startsWith("an event loop is dead: ended, exit code 70 (")
          .endsWith("\n");
    } finally {
      held.countDown();
      guard.close();
    }
  }

  @Test
  void anEventLoopThatEndedIsDead() throws Exception {
    Vertx vertx = Vertx.vertx();
    ProcessGuard guard = guard(vertx);
    try {
      ((VertxInternal) vertx)
          .nettyEventLoopGroup()
          .next()
          .shutdownGracefully(0, 0, TimeUnit.SECONDS)
          .sync();
      assertThat(ended.get(30, TimeUnit.SECONDS).code()).isEqualTo(70);
    } finally {
      guard.close();
      var ignored = vertx.close();
    }
  }

  @Test
  void aHangingStopEndsAsAfterSigterm(Vertx vertx) throws Exception {
    try (ProcessGuard guard = guard(vertx)) {
      guard.stopping();
      assertThat(ended.get(30, TimeUnit.SECONDS))
          .isEqualTo(new End(143, "not stopped within 1 s: ended\n"));
    }
  }

  @Test
  void theCauseOfAnErrorCountsAndOtherErrorsDoNot(Vertx vertx) {
    try (ProcessGuard guard = guard(vertx)) {
      guard.onError(new IllegalStateException(new AssertionError("not of memory")));
      assertThat(ended).isNotDone();
      guard.onError(new IllegalStateException(new RuntimeException(new OutOfMemoryError("heap"))));
      assertThat(ended).isCompletedWithValueMatching(end -> end.code() == 70);
    }
  }
}
