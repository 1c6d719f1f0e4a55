package fil.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.testing.Daemon;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The daemon as a process of its own: its standard output, its log, and its end by a signal. */
@Timeout(60)
class MainProcessTest {
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
      // The process' own destroy would close its standard output, which is looked at here.
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
        .anyMatch(line -> line.startsWith("SIMULATED chain: the heads of node alice"))
        .anyMatch(line -> line.matches("carries about \\d+ nodes .*limited by .+; next: .+"))
        .anyMatch(line -> line.startsWith(madeAKey("aggregator.key")))
        .anyMatch(line -> line.startsWith(madeAKey("heartbeat.key")));
    assertThat(folder.resolve("heartbeat.key")).exists();
    assertThat(folder.resolve("aggregator.key")).exists();
  }

  private String madeAKey(String name) {
    return "made a key file=" + folder.resolve(name) + " peer=12D3KooW";
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
    Process daemon =
        startWithFewFiles(
            """
            {"heartbeat":{"nickname":"alice","beatTarget":
              "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq"},
             "chain":{"source":"simulated"}}
            """);
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
  void aSwarmTellsItsSummaryAlsoWhenItIsStopped() throws Exception {
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
      // Late are those that were due while the process did not come to look.
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
