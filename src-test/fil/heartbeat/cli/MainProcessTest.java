package fil.heartbeat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.testing.Daemon;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The daemon as a separate process: its standard output, its log, and its end by a signal. */
@Timeout(60)
class MainProcessTest {
  private static final String SENDER =
      """
      {"heartbeat":{"nickname":"alice","beatTarget":
        "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq"},
       "chain":{"source":"simulated"}}
      """;

  @TempDir Path folder;

  private ProcessBuilder command(String... arguments) {
    return Daemon.command(folder, arguments);
  }

  private Process start(String... arguments) throws IOException {
    return command(arguments).redirectError(folder.resolve("log").toFile()).start();
  }

  @Test
  void standardOutputHasTheReadyLinesAndNothingElseUntilSigterm() throws Exception {
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"heartbeat":{"nickname":"alice","beatTarget":"local"},"chain":{"source":"simulated"},
         "aggregator":{"listen":"/ip4/127.0.0.1/tcp/0"},"http":{"port":0},"log":{"format":"json"}}
        """);
    Process daemon = start();
    try (BufferedReader out = daemon.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).startsWith("ready: aggregator /ip4/127.0.0.1/tcp/");
      assertThat(out.readLine()).startsWith("ready: http http://127.0.0.1:");
      assertThat(out.readLine()).startsWith("ready: sender 12D3KooW").endsWith(" alice");
      // The process' own destroy would close its standard output, which is read here.
      assertThat(daemon.toHandle().destroy()).isTrue();
      assertThat(out.readLine()).isNull();
      assertThat(daemon.waitFor()).isEqualTo(143);
    } finally {
      daemon.destroyForcibly();
    }
    String log = Files.readString(folder.resolve("log"));
    assertThat(log).doesNotContain("not stopped cleanly", "Exception in thread \"main\"");
    List<String> messages =
        log.lines()
            .filter(line -> line.startsWith("{"))
            .map(line -> new JsonObject(line).getString("formattedMessage"))
            .toList();
    assertThat(messages)
        .anyMatch(line -> line.startsWith("SIMULATED chain: the heads are made up node=alice"))
        .anyMatch(line -> line.matches("carries about \\d+ nodes .*limited by .+; next: .+"))
        .anyMatch(line -> line.startsWith(generatedKey("aggregator.key")))
        .anyMatch(line -> line.startsWith(generatedKey("heartbeat.key")))
        .endsWith("stopping (SIGTERM)", "stopped");
    assertThat(messages.get(0)).matches(whatRuns(folder.toRealPath().resolve("data").toString()));
    assertThat(folder.resolve("heartbeat.key")).exists();
    assertThat(folder.resolve("aggregator.key")).exists();
  }

  /** The first line of the log. */
  private String whatRuns(String data) throws IOException {
    return "filecoin-heartbeat development \\(development\\) java \\d+\\S* config="
        + folder.toRealPath().resolve("config.json")
        + " dataDir="
        + data;
  }

  @Test
  void aFailedStartLogsTheVersionFirst() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Files.writeString(
          folder.resolve("config.json"), "{\"http\":{\"port\":" + taken.getLocalPort() + "}}");
      assertThat(start().waitFor()).isEqualTo(1);
    }
    List<String> log = Files.readAllLines(folder.resolve("log"));
    assertThat(log).hasSize(2);
    assertThat(log.get(0)).matches("\\S+ INFO  Main " + whatRuns("none"));
    assertThat(log.get(1)).startsWith("http.host, http.port: ");
  }

  @Test
  void aStartSaysHowManyNodesItCarries() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Files.writeString(
          folder.resolve("config.json"),
          "{\"aggregator\":{\"listen\":\"/ip4/127.0.0.1/tcp/" + taken.getLocalPort() + "\"}}");
      assertThat(start().waitFor()).isEqualTo(1);
    }
    assertThat(Files.readAllLines(folder.resolve("log")).get(1))
        .matches(
            "\\S+ INFO  App carries about \\d+ nodes with beats of 3s, limited by .+; next: .+");
  }

  @ParameterizedTest
  @CsvSource({"TERM, SIGTERM, 143", "INT, SIGINT, 130"})
  void aStopIsLoggedFromBeginToEnd(String signal, String name, int code) throws Exception {
    Files.writeString(folder.resolve("config.json"), SENDER);
    Process daemon = hearing().redirectError(folder.resolve("log").toFile()).start();
    try (BufferedReader out = daemon.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).startsWith("ready: sender 12D3KooW");
      signal(signal, daemon);
      assertThat(out.readLine()).isNull();
      assertThat(daemon.waitFor()).isEqualTo(code);
    } finally {
      daemon.destroyForcibly();
    }
    assertThat(Files.readAllLines(folder.resolve("log")).stream().map(line -> line.substring(31)))
        .endsWith("Shutdown stopping (" + name + ")", "Shutdown stopped");
  }

  /** A separate process even where the tests run in one that ignores signals, as behind nohup. */
  private ProcessBuilder hearing() {
    ProcessBuilder builder = command();
    List<String> hearing = new ArrayList<>(List.of("env", "--default-signal=INT,HUP"));
    hearing.addAll(builder.command());
    return builder.command(hearing);
  }

  private static void signal(String name, Process to) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, "" + to.pid()).start().waitFor()).isZero();
  }

  @Test
  void aHangupReloadsFilesAndEndsNothing() throws Exception {
    Files.writeString(folder.resolve("config.json"), SENDER);
    Process daemon = hearing().start();
    List<String> log = new ArrayList<>();
    try (BufferedReader out = daemon.inputReader(StandardCharsets.UTF_8);
        BufferedReader err = daemon.errorReader(StandardCharsets.UTF_8)) {
      log.add(err.readLine());
      // While it starts.
      signal("HUP", daemon);
      assertThat(out.readLine()).startsWith("ready: sender 12D3KooW");
      Files.writeString(folder.resolve("config.json"), SENDER.replace("alice", "bob"));
      signal("HUP", daemon);
      while (!log.get(log.size() - 1).endsWith(" node=bob")) {
        log.add(Objects.requireNonNull(err.readLine()));
      }
      assertThat(daemon.toHandle().destroy()).isTrue();
      err.lines().forEach(log::add);
      assertThat(log).filteredOn(line -> line.endsWith("reading again (SIGHUP)")).hasSize(2);
      assertThat(daemon.waitFor()).isEqualTo(143);
    } finally {
      daemon.destroyForcibly();
    }
  }

  /** Whichever line of the log is its last. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void aSignalDuringTheStartEndsItWithoutAFault(int lines) throws Exception {
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"heartbeat":{"nickname":"alice","beatTarget":"local"},"chain":{"source":"simulated"},
         "aggregator":{"listen":"/ip4/127.0.0.1/tcp/0"},"http":{"port":0},"alerts":{}}
        """);
    Process daemon = command().start();
    List<String> log = new ArrayList<>();
    try (BufferedReader err = daemon.errorReader(StandardCharsets.UTF_8)) {
      for (int i = 0; i < lines; i++) {
        log.add(err.readLine());
      }
      assertThat(daemon.toHandle().destroy()).isTrue();
      err.lines().forEach(log::add);
      assertThat(daemon.waitFor()).isEqualTo(143);
    } finally {
      daemon.destroyForcibly();
    }
    assertThat(log).last().asString().endsWith(" INFO  Shutdown stopped");
    assertThat(log)
        .allMatch(
            line ->
                line.contains(" INFO  ")
                    || line.contains(" SIMULATED chain: ")
                    || line.contains(" generated key file="));
  }

  private String generatedKey(String name) {
    return "generated key file=" + folder.resolve(name) + " peer=12D3KooW";
  }

  @Test
  void theProcessEndsWithTheExitCodeOfTheCommand() throws Exception {
    assertThat(start("check", "--config", "absent.json").waitFor()).isEqualTo(2);
    assertThat(start("--version").waitFor()).isZero();
  }

  /** 560 files leave 48 for connections. */
  private Process startWithFewFiles(String config) throws IOException {
    Files.writeString(folder.resolve("config.json"), config);
    ProcessBuilder builder = command("run");
    List<String> limited = new ArrayList<>(List.of("sh", "-c", "ulimit -n 560; exec \"$@\"", "-"));
    limited.addAll(builder.command());
    return builder.command(limited).redirectError(folder.resolve("log").toFile()).start();
  }

  @Test
  void anAggregatorWithTooFewFilesEndsWithTwoAndSaysWhy() throws Exception {
    Process daemon = startWithFewFiles("{\"aggregator\":{\"listen\":\"/ip4/127.0.0.1/tcp/0\"}}");
    assertThat(daemon.waitFor()).isEqualTo(2);
    assertThat(Files.readString(folder.resolve("log")))
        .contains("the open-file limit: 560 (expected: at least 576");
  }

  @Test
  void aSenderNeedsNoFilesForAnAggregator() throws Exception {
    Process daemon = startWithFewFiles(SENDER);
    try (BufferedReader out = daemon.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).startsWith("ready: sender 12D3KooW");
      assertThat(daemon.toHandle().destroy()).isTrue();
      assertThat(out.readLine()).isNull();
      assertThat(daemon.waitFor()).isEqualTo(143);
    } finally {
      daemon.destroyForcibly();
    }
  }

  @Test
  void aStoppedSwarmPrintsItsSummary() throws Exception {
    Process swarm =
        command(
                "swarm",
                "--nodes",
                "4",
                "--duration",
                "1h",
                "--target",
                "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq")
            .start();
    try (BufferedReader out = swarm.inputReader(StandardCharsets.UTF_8);
        BufferedReader progress = swarm.errorReader(StandardCharsets.UTF_8)) {
      // The first line of progress comes when it runs.
      assertThat(progress.lines().anyMatch(line -> line.contains("connected=0/4"))).isTrue();
      assertThat(swarm.toHandle().destroy()).isTrue();
      JsonObject summary = new JsonObject(out.lines().collect(Collectors.joining()));
      assertThat(swarm.waitFor()).isEqualTo(143);
      assertThat(summary.getInteger("nodes")).isEqualTo(4);
      // Late beats were due while the process was not running.
      Map<String, Object> skipped = summary.getJsonObject("beatsSkipped").getMap();
      assertThat(skipped).containsKey("not-connected");
      assertThat(skipped.keySet()).isSubsetOf("not-connected", "late");
      assertThat(summary.getLong("beatsSent")).isZero();
      assertThat(summary.getLong("beatsDue"))
          .isEqualTo(
              skipped.values().stream().mapToLong(each -> ((Number) each).longValue()).sum());
    } finally {
      swarm.destroyForcibly();
    }
  }
}
