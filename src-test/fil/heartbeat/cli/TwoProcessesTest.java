package fil.heartbeat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.testing.Daemon;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two daemons, as separate processes, with one key or one folder. */
@Timeout(60)
class TwoProcessesTest {
  private static final String CONFIG =
      """
      {"heartbeat":{"nickname":"alice","beatTarget":"local"},"chain":{"source":"simulated"},
       "aggregator":{"listen":"/ip4/127.0.0.1/tcp/0","keyFile":"%s","dataDir":"%s"},
       "identity":{"keyFile":"%s"}}
      """;

  @TempDir Path folder;
  private final List<Process> made = new ArrayList<>();
  private Process first;

  @BeforeEach
  void setUp() throws IOException {
    Files.writeString(
        folder.resolve("config.json"), CONFIG.formatted("aggregator.key", "data", "alice.key"));
    first = start(Daemon.command(folder));
    assertReady(first);
  }

  @AfterEach
  void end() {
    made.forEach(Process::destroyForcibly);
  }

  private Process start(ProcessBuilder command) throws IOException {
    Process process = command.start();
    made.add(process);
    return process;
  }

  private static ProcessBuilder hasty(ProcessBuilder command) {
    List<String> words = new ArrayList<>(command.command());
    words.replaceAll(word -> word.equals(Main.class.getName()) ? HastyMain.class.getName() : word);
    return command.command(words);
  }

  private static void assertReady(Process daemon) throws IOException {
    BufferedReader out = daemon.inputReader(StandardCharsets.UTF_8);
    assertThat(out.readLine()).startsWith("ready: aggregator ");
    assertThat(out.readLine()).startsWith("ready: sender ");
  }

  @ParameterizedTest
  @CsvSource({
    "aggregator.key, data2, bob.key, key file, aggregator.key",
    "other.key, data2, alice.key, key file, alice.key",
    "other.key, data, bob.key, aggregator.dataDir:, data"
  })
  void theSecondEndsWithTwoAndNamesTheFirst(
      String aggregatorKey, String data, String key, String what, String name) throws Exception {
    Files.writeString(folder.resolve("second.json"), CONFIG.formatted(aggregatorKey, data, key));
    ProcessBuilder command = hasty(Daemon.command(folder, "--config", "second.json"));
    Process second = start(command);
    List<String> err = second.errorReader(StandardCharsets.UTF_8).lines().toList();
    assertThat(second.waitFor()).isEqualTo(2);
    assertThat(err)
        .last()
        .asString()
        .startsWith(what + " " + folder.resolve(name))
        .contains("in use by another process, " + first.pid() + " (expected: a ");
    assertThat(err).filteredOn(line -> line.contains("waits for ")).hasSize(1);
    assertThat(second.inputReader(StandardCharsets.UTF_8).lines()).isEmpty();

    // A killed process leaves nothing that must be cleaned up.
    assertThat(first.destroyForcibly().waitFor()).isEqualTo(137);
    assertReady(start(command));
  }

  @Test
  void aRestoreIsRefusedWhileADaemonRunsAndNamesIt() throws Exception {
    String copy = folder.resolve("copy.db").toString();
    assertThat(start(Daemon.command(folder, "backup", copy)).waitFor()).isZero();
    Process restore = start(Daemon.command(folder, "restore", "--force", copy));
    assertThat(restore.errorReader(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "aggregator.dataDir: "
                + folder.resolve("data")
                + " is in use by another process, "
                + first.pid()
                + " (expected: a stopped aggregator)");
    assertThat(restore.waitFor()).isEqualTo(2);

    assertThat(first.destroyForcibly().waitFor()).isEqualTo(137);
    assertThat(start(Daemon.command(folder, "restore", "--force", copy)).waitFor()).isZero();
    Process again = start(Daemon.command(folder));
    assertReady(again);
  }

  private static void awaitWaiting(BufferedReader err, List<String> log) throws IOException {
    do {
      log.add(Objects.requireNonNull(err.readLine(), log::toString));
    } while (!log.get(log.size() - 1).contains(" waits for "));
  }

  @Test
  void aRestartThatOverlapsWaits() throws Exception {
    Process second = start(Daemon.command(folder));
    List<String> log = new ArrayList<>();
    awaitWaiting(second.errorReader(StandardCharsets.UTF_8), log);
    assertThat(log).last().asString().endsWith(", in use by another process, " + first.pid());
    assertThat(first.toHandle().destroy()).isTrue();
    assertReady(second);
  }

  @Test
  void aSignalWhileItWaitsEndsItWithoutAFault() throws Exception {
    Process second = start(Daemon.command(folder));
    List<String> log = new ArrayList<>();
    try (BufferedReader err = second.errorReader(StandardCharsets.UTF_8)) {
      awaitWaiting(err, log);
      assertThat(second.toHandle().destroy()).isTrue();
      err.lines().forEach(log::add);
      assertThat(second.waitFor()).isEqualTo(143);
    }
    assertThat(log).last().asString().endsWith(" INFO  Shutdown stopped");
    assertThat(log).allMatch(line -> line.contains(" INFO  "));
    assertThat(first.isAlive()).isTrue();
  }
}
