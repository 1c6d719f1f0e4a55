package fil.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The program with an event loop that hangs, as in a library that waits for ever. */
@Timeout(60)
class HungLoopTest {

  /** The program, whose next log line of an event loop never ends. */
  static final class Program {
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

    public static void main(String[] args) {
      Main.main(args);
      Hang hang = new Hang();
      hang.start();
      ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(hang);
      System.out.println("armed");
    }
  }

  private static final String SILENCE =
      "{\"select\":{\"nickname\":\"lab-*\"},\"duration\":\"2h\",\"comment\":\"new disks\"}";

  @Test
  void sigtermEndsAProgramWhoseLoopHangs(@TempDir Path folder) throws Exception {
    Path config = folder.resolve("config.json");
    Files.writeString(
        config,
        "{\"aggregator\":{\"listen\":\"/ip4/127.0.0.1/tcp/0\"},\"http\":{\"port\":0},\"alerts\":{}}");
    Path log = folder.resolve("log");
    ProcessBuilder command =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                "run",
                "--config",
                config.toString())
            .directory(folder.toFile())
            .redirectError(log.toFile());
    command.environment().keySet().removeIf(name -> name.startsWith("FIL_HEARTBEAT"));
    Process program = command.start();
    try (BufferedReader out = program.inputReader(StandardCharsets.UTF_8)) {
      String page = "";
      for (String line = out.readLine(); !"armed".equals(line); line = out.readLine()) {
        assertThat(line).as("output before it was armed").isNotNull();
        page = line.startsWith("ready: http ") ? line.substring("ready: http ".length()) : page;
      }
      // Who changes something is logged.
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
    assertThat(Files.readString(log)).contains("not stopped cleanly");
  }
}
