package fil.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.testing.HeldPort;
import fil.heartbeat.testing.LogbackRestored;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LogbackRestored.class)
class MainTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private OptionalInt run(String... args) {
    return new Main(Map.of(), new Properties(), stream(out), stream(err)).run(Arrays.asList(args));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private String config(String json) throws IOException {
    return Files.writeString(folder.resolve("config.json"), json).toString();
  }

  @Test
  void helpAndVersionAreEverywhere() {
    for (String command : List.of("run", "check", "doctor", "peer-id", "swarm", "alert test")) {
      assertThat(run((command + " --help").split(" ", -1))).hasValue(0);
      assertThat(run((command + " --version").split(" ", -1))).hasValue(0);
      assertThat(text(out)).contains("usage: heartbeat " + command, "filecoin-heartbeat ");
    }
    assertThat(run("--help")).hasValue(0);
    assertThat(run("alert", "--help")).hasValue(0);
    assertThat(text(err)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "frob, command: frob (expected: ",
    "chek, 'command: chek (expected: check)'",
    "alert, 'command: alert (expected: alert test)'",
    "alert tset, 'command: alert tset (expected: alert test)'",
    "alert test --sinks a, 'option: --sinks (expected: --config, --sink)'",
    "check --cofnig x, option: --cofnig (expected: --config)",
    "check --config, --config: (missing) (expected: a value)",
    "check --config a --config b, --config: given twice (expected: once)",
    "swarm --nodes 5 --nodes 6, --nodes: given twice (expected: once)",
    "swarm --nodes 5, --target: (missing) (expected: a multiaddr that ends in /p2p/<peer id>)",
    "swarm --target a --target b --nodes 1, '--target: b (expected: a multiaddr'",
    "peer-id --type dsa, '--type: dsa (expected: ed25519, rsa, secp256k1 or ecdsa)'"
  })
  void badUsageNamesWhatIsExpected(String words, String message) {
    assertThat(run(words.split(" ", -1))).hasValue(2);
    // A line a fault; the help is for whoever asks for it.
    assertThat(text(err)).contains(message).doesNotContain("usage:").doesNotContain("\n\n");
    assertThat(text(out)).isEmpty();
  }

  @Test
  void checkPrintsEveryFault() throws IOException {
    assertThat(run("check", "--config", config("{\"http\":{\"port\":-1},\"x\":1}"))).hasValue(2);
    assertThat(text(err).lines()).hasSize(2);
    assertThat(run("check", "--config", config("{nonsense"))).hasValue(2);
    assertThat(run("check", "--config", folder.resolve("absent.json").toString())).hasValue(2);
    assertThat(text(err)).contains("absent.json: no such file (expected: a readable file)");
    assertThat(run("check", "--config", config("{}"))).hasValue(2);
    assertThat(text(err)).contains("no role is on");
    assertThat(run("check", "--config", config("{\"http\":{}}"))).hasValue(0);
    assertThat(text(out)).endsWith("senders=0 aggregator=off http=on alerts=off\n");
    String alerts =
        "{\"aggregator\":{},\"alerts\":{\"sinks\":[{\"name\":\"a\",\"type\":\"slack\",\"url\":\"http://h/SECRET\"}]}}";
    assertThat(run("check", "--config", config(alerts))).hasValue(0);
    assertThat(text(out)).endsWith(" alerts=on sinks=1\n").doesNotContain("SECRET");
  }

  @Test
  void peerIdMakesAKeyOnceAndSaysTheSameAgain() {
    String key = folder.resolve("a.key").toString();
    assertThat(run("peer-id", "--key", key, "--type", "secp256k1")).hasValue(0);
    assertThat(run("peer-id", "--key", key)).hasValue(0);
    List<String> ids = text(out).lines().toList();
    assertThat(ids).hasSize(2);
    assertThat(ids.get(0)).startsWith("16Uiu2HA").isEqualTo(ids.get(1));
  }

  @Test
  void aKeyFileThatIsNoKeyIsBadConfig() throws IOException {
    Path key = Files.writeString(folder.resolve("bad.key"), "garbage");
    assertThat(run("peer-id", "--key", key.toString())).hasValue(2);
    assertThat(text(err)).contains("bad.key");
    assertThat(
            run(
                "run",
                "--config",
                config(
                    "{\"aggregator\":{\"listen\":\"/ip4/127.0.0.1/tcp/0\",\"keyFile\":\"bad.key\"}}")))
        .hasValue(2);
  }

  @Test
  void aPortInUseIsAFailure() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String http = config("{\"http\":{\"port\":" + taken.getLocalPort() + "}}");
      assertThat(run("run", "--config", http)).hasValue(1);
      String aggregator =
          config(
              "{\"aggregator\":{\"listen\":\"/ip4/127.0.0.1/tcp/" + taken.getLocalPort() + "\"}}");
      assertThat(run("run", "--config", aggregator)).hasValue(1);
      assertThat(text(err).lines())
          .hasSize(2)
          .allMatch(line -> line.contains("" + taken.getLocalPort()))
          .last()
          .asString()
          .isEqualTo(
              "aggregator.listen: /ip4/127.0.0.1/tcp/"
                  + taken.getLocalPort()
                  + " cannot be bound: address already in use (expected: a free port; 0 picks"
                  + " one)");
    }
    assertThat(text(out)).isEmpty();
  }

  @Test
  void theDoctorStopsAtABadConfig() throws IOException {
    assertThat(run("doctor", "--config", config("{\"x\":1}"))).hasValue(2);
    assertThat(text(out)).startsWith("FAIL config").contains("x: unknown key");
  }

  @Test
  void theDoctorNamesTheStepThatFails() throws IOException {
    try (HeldPort refusing = new HeldPort()) {
      String config = config("{\"chain\":{\"source\":\"simulated\"}}");
      String target =
          refusing.address() + "/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";
      assertThat(run("doctor", "--config", config, "--target", target)).hasValue(1);
    }
    assertThat(text(out).lines().filter(line -> line.startsWith("ok")))
        .extracting(line -> line.substring(5, 16).strip())
        .containsExactly("config", "key", "RPC", "token", "head age", "network", "DNS");
    assertThat(text(out)).contains("FAIL TCP", "remedy: ");
  }

  @Test
  void theDoctorDoesNotBeatAsTheNodeItself() throws IOException {
    String config =
        config("{\"heartbeat\":{\"extras\":false},\"chain\":{\"source\":\"simulated\"}}");
    String target = "/ip4/192.0.2.1/tcp/1/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";
    assertThat(run("doctor", "--config", config, "--target", target, "--beat")).hasValue(2);
    assertThat(text(out)).contains("FAIL config", "heartbeat.extras", "remedy: ");
    assertThat(run("doctor", "--beat=yes")).hasValue(2);
    assertThat(text(err)).startsWith("--beat=yes: (expected: no value)");
  }
}
