package fil.heartbeat.history;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.fleet.State;
import fil.heartbeat.testing.Await;
import fil.heartbeat.testing.Daemon;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole program, whose history is damaged. */
@Timeout(120)
class HistoryProcessTest {
  static final int STOPPED_BY_SIGTERM = 128 + 15;

  static final String OLD = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";

  @TempDir private Path folder;

  @BeforeEach
  void configure() throws IOException {
    configure(folder);
  }

  static void configure(Path folder) throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"heartbeat":{"nickname":"alice","beatTarget":"local"},"chain":{"source":"simulated"},
         "aggregator":{"listen":"/ip4/127.0.0.1/tcp/0","dataDir":"disk"},"http":{"port":0}}
        """);
  }

  private Path disk() {
    return folder.resolve("disk");
  }

  private Daemon start() throws IOException {
    return Daemon.start(Daemon.command(folder), folder.resolve("log"));
  }

  static JsonObject health(Daemon daemon) throws Exception {
    return new JsonObject(daemon.get("/health/ready"));
  }

  static void awaitStatus(Daemon daemon, String status) throws Exception {
    daemon.await(
        "/health/ready", answer -> new JsonObject(answer).getString("status").equals(status));
  }

  /** All data is written: the state of a log at this very moment is another question. */
  private static void awaitWritten(Daemon daemon) throws Exception {
    Pattern written =
        Pattern.compile("^fil_heartbeat_history_events_written_total 0", Pattern.MULTILINE);
    daemon.await(
        "/metrics",
        metrics ->
            !written.matcher(metrics).find()
                && metrics.contains("fil_heartbeat_history_queue_length 0"));
  }

  /** One node from before. */
  static KnownNode old() {
    Instant now = Instant.now();
    return new KnownNode(
        OLD, "old", null, null, List.of(), null, null, null, now, now, now, 7, State.OK, now);
  }

  @ParameterizedTest
  @EnumSource
  void aDamagedFileIsMovedAsideOnceAndTheProgramRuns(Stored.With with) throws Exception {
    SqliteHistory before = Stored.open(disk(), InstantSource.system());
    before.remember(old());
    Await.done(before.close());
    byte[] damaged =
        Stored.damaged(Files.readAllBytes(Stored.file(disk())), 0, with, new Random(4));
    Files.write(Stored.file(disk()), damaged);
    try (Daemon daemon = start()) {
      awaitStatus(daemon, "ready");
      assertThat(Stored.aside(disk())).hasSize(1);
      assertThat(daemon.log())
          .contains("history file cannot be used; starting a new one file=" + Stored.file(disk()))
          .contains("moved-to=" + disk().resolve(Stored.aside(disk()).get(0)))
          .contains("salvaged=");
      assertThat(daemon.stop()).isEqualTo(STOPPED_BY_SIGTERM);
    }
    assertThat(Files.readAllBytes(disk().resolve(Stored.aside(disk()).get(0)))).isEqualTo(damaged);
    try (Daemon again = start()) {
      awaitStatus(again, "ready");
      assertThat(again.log()).doesNotContain("starting a new one", "ERROR");
      assertThat(again.stop()).isEqualTo(STOPPED_BY_SIGTERM);
    }
    assertThat(Stored.aside(disk())).hasSize(1);
  }

  @Test
  void aFileDeletedWhileItRunsDoesNotStopTheProgram() throws Exception {
    try (Daemon daemon = start()) {
      awaitStatus(daemon, "ready");
      Files.delete(Stored.file(disk()));
      while (!daemon.log().contains("starting a new one")) {
        // New data is written each slot; reading old data meets the damage now.
        String unused = daemon.get("/api/v1/alerts/history");
      }
      awaitStatus(daemon, "ready");
      assertThat(daemon.stop()).isEqualTo(STOPPED_BY_SIGTERM);
    }
    assertThat(Stored.file(disk())).exists();
  }

  /** What another program does to the files of a running one. */
  enum Hand {
    REPLACES {
      @Override
      void work(Path file) throws IOException {
        Path other = Files.writeString(file.resolveSibling("other"), "nothing of ours");
        Path unused = Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
      }
    },
    CUTS_THE_LOG {
      @Override
      void work(Path file) throws IOException {
        Path log = Path.of(file + "-wal");
        Files.write(log, Arrays.copyOf(Files.readAllBytes(log), 100));
      }
    };

    abstract void work(Path file) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void changesToItsFilesDoNotStopTheProgram(Hand hand) throws Exception {
    try (Daemon daemon = start()) {
      awaitStatus(daemon, "ready");
      awaitWritten(daemon);
      hand.work(Stored.file(disk()));
      while (!daemon.log().contains("starting a new one")) {
        String unused = daemon.get("/api/v1/alerts/history");
      }
      awaitStatus(daemon, "ready");
      assertThat(daemon.log()).contains("moved-to=", "salvaged=");
      assertThat(daemon.stop()).isEqualTo(STOPPED_BY_SIGTERM);
    }
    assertThat(Stored.aside(disk())).isNotEmpty();
  }
}
