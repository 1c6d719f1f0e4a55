package fil.heartbeat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The program with an event loop that hangs, or without memory, as `java -jar` runs it. */
@Timeout(60)
class LastResortTest {

  /** The program; the next log line of its event loops never ends, or its heap is filled. */
  static final class Program {
    private static final List<byte[]> HELD = new ArrayList<>();

    private static final class Hang extends UnsynchronizedAppenderBase<ILoggingEvent> {
      private final CountDownLatch never = new CountDownLatch(1);

      @Override
      protected void append(ILoggingEvent event) {
        if (Thread.currentThread().getName().startsWith("vert.x-eventloop-thread-")) {
          System.out.println("hangs");
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        }
      }
    }

    private static void fill() {
      while (true) {
        HELD.add(new byte[64 * 1024]);
      }
    }

    public static void main(String[] args) {
      Main.main(Arrays.copyOfRange(args, 1, args.length));
      if (args[0].equals("fills")) {
        new Thread(Program::fill, "fill").start();
        return;
      }
      Hang hang = new Hang();
      hang.start();
      ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(hang);
      System.out.println("armed");
    }
  }

  private static final String SILENCE =
      "{\"select\":{\"nickname\":\"lab-*\"},\"duration\":\"2h\",\"comment\":\"new disks\"}";

  private static Process start(Path folder, String mode) throws IOException {
    Path config = folder.resolve("config.json");
    Files.writeString(
        config,
        "{\"aggregator\":{\"listen\":\"/ip4/127.0.0.1/tcp/0\"},\"http\":{\"port\":0},\"alerts\":{}}");
    ProcessBuilder command =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                mode,
                "run",
                "--config",
                config.toString())
            .directory(folder.toFile())
            .redirectError(folder.resolve("log").toFile());
    command.environment().keySet().removeIf(name -> name.startsWith("FIL_HEARTBEAT"));
    return command.start();
  }

  @Test
  void outOfMemoryIsOneLineAndCode70(@TempDir Path folder) throws Exception {
    Process program = start(folder, "fills");
    try (BufferedReader out = program.inputReader(StandardCharsets.UTF_8)) {
      while (out.readLine() != null) {
        // The result does not matter.
      }
      assertThat(program.waitFor()).isEqualTo(70);
    } finally {
      program.destroyForcibly();
    }
    assertThat(Files.readString(folder.resolve("log")).lines())
        .filteredOn(line -> line.contains("exit code 70"))
        .containsExactly(
            "out of memory (-Xmx 128 MiB): ended, exit code 70 (expected: a larger -Xmx or fewer"
                + " nodes)");
  }

  @Test
  void sigtermEndsAProgramWhoseLoopHangs(@TempDir Path folder) throws Exception {
    Process program = start(folder, "hangs");
    try (BufferedReader out = program.inputReader(StandardCharsets.UTF_8)) {
      String page = "";
      for (String line = out.readLine(); !"armed".equals(line); line = out.readLine()) {
        assertThat(line).as("output before it was armed").isNotNull();
        page = line.startsWith("ready: http ") ? line.substring("ready: http ".length()) : page;
      }
      // Changes are logged with their author.
      String secret = Files.readString(folder.resolve("data/local.token")).strip();
      HttpRequest change =
          HttpRequest.newBuilder(URI.create(page + "/api/v1/silences"))
              .header("Authorization", "Bearer " + secret)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(SILENCE))
              .build();
      CompletableFuture<Void> answered =
          HttpClient.newHttpClient()
              .sendAsync(change, HttpResponse.BodyHandlers.discarding())
              .thenRun(program::destroyForcibly);
      assertThat(out.readLine()).isEqualTo("hangs");
      assertThat(answered).isNotDone();
      assertThat(program.toHandle().destroy()).isTrue();
      assertThat(program.waitFor()).isEqualTo(143);
    } finally {
      program.destroyForcibly();
    }
    assertThat(Files.readString(folder.resolve("log"))).contains("not stopped cleanly");
  }
}
