package fil.heartbeat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.config.LockFile;
import fil.heartbeat.history.SqliteHistory;
import fil.heartbeat.testing.HeldPort;
import fil.heartbeat.testing.LogbackRestored;
import io.netty.handler.ssl.util.SelfSignedCertificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LogbackRestored.class)
@SuppressWarnings("deprecation")
class MainTest {
  private static final String FAR =
      "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";

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
    for (String command :
        List.of("run", "check", "doctor", "restore", "peer-id", "keygen", "swarm", "alert test")) {
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
    "check --cofnig x, 'option: --cofnig (expected: --config, --strict)'",
    "check --config, --config: (missing) (expected: a value)",
    "check --config a --config b, --config: given twice (expected: once)",
    "swarm --nodes 5 --nodes 6, --nodes: given twice (expected: once)",
    "swarm --nodes 5, --target: (missing) (expected: a multiaddr that ends in /p2p/<peer id>)",
    "swarm --nodes 1 --source a --source b, '--source: b (expected: an IP address'",
    "swarm --target a --target b --nodes 1, '--target: b (expected: a multiaddr'",
    "peer-id --key a --config b, '--key: given with --config (expected: one of them)'",
    "peer-id --type rsa, 'option: --type (expected: --config, --key)'",
    "restore, FILE: (missing); see heartbeat restore --help",
    "restore --force=yes a.db, '--force=yes: (expected: no value)'",
    "restore a.db b.db, b.db: one too many",
    "keygen --type dsa, '--type: dsa (expected: ed25519, rsa, secp256k1 or ecdsa)'"
  })
  void badUsageNamesWhatIsExpected(String words, String message) {
    assertThat(run(words.split(" ", -1))).hasValue(2);
    // One line per fault; the help is printed only on request.
    assertThat(text(err)).contains(message).doesNotContain("usage:").doesNotContain("\n\n");
    assertThat(text(out)).isEmpty();
  }

  @Test
  void checkPrintsEveryFault() throws IOException {
    assertThat(run("check", "--config", config("{\"http\":{\"port\":-1},\"x\":1}"))).hasValue(2);
    assertThat(text(err).lines()).hasSize(2);
    assertThat(run("check", "--config", config("{nonsense"))).hasValue(2);
    assertThat(text(err))
        .endsWith("config.json:1:2: a word without quotes (expected: a name in quotes or })\n");
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

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.map(each -> folder.relativize(each).toString()).sorted().toList();
    }
  }

  private static String nodes(String... names) {
    return Arrays.stream(names)
        .map(
            name ->
                "{\"nickname\":\""
                    + name
                    + "\",\"chain\":{\"source\":\"simulated\"},\"targets\":[{\"beatTarget\":"
                    + "\"/ip4/192.0.2.1/tcp/1/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq\"}]}")
        .collect(Collectors.joining(",", "{\"nodes\":[", "]}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'heartbeat':{'beatTarget':'TARGET'},'chain':{'source':'simulated'},'identity':{'keyFile':'bad'} | key file FOLDER/bad: ",
        "'heartbeat':{'beatTarget':'TARGET'},'chain':{'source':'simulated'},'identity':{'keyFile':'bad/k'} | key file FOLDER/bad/k: FOLDER/bad: FOLDER/bad is no folder (expected: a folder that this user may write to)",
        "'heartbeat':{'beatTarget':'TARGET'},'chain':{'url':'http://h','tokenFile':'absent'} | chain.tokenFile: FOLDER/absent: no such file (expected: one that can be read)",
        "'aggregator':{'listen':'LISTEN','dataDir':'bad'} | aggregator.dataDir: FOLDER/bad: FOLDER/bad is no folder (expected: a folder that this user may write to)",
        "'aggregator':{'listen':'BUSY'} | aggregator.listen: 127.0.0.1:PORT cannot be bound now: address already in use (expected: a free port; 0 picks one)",
        "'http':{'port':PORT} | http.host, http.port: 127.0.0.1:PORT cannot be bound now: address already in use (expected: a free port; 0 picks one)",
        "'http':{'port':0,'auth':{'tokensFile':'absent'}} | http.auth.tokensFile: FOLDER/absent: no such file (expected: one that can be read)",
        "'http':{'port':0,'auth':{'tokensFile':'bad'}} | http.auth.tokensFile: FOLDER/bad:1: 1 words (expected: name read|admin token)",
        "'http':{'port':0,'tls':{'certFile':'bad','keyFile':'absent'}} | http.tls.keyFile: FOLDER/absent: no such file (expected: a file that this user may read)",
        "'aggregator':{'listen':'LISTEN'},'alerts':{'sinks':[{'name':'a','type':'slack','urlEnv':'NONE'}]} | alerts.sinks[a].url: NONE is not in the environment (expected: the secret)",
        "'aggregator':{'listen':'LISTEN'},'alerts':{'sinks':[{'name':'a','type':'slack','urlFile':'absent'}]} | alerts.sinks[a].url: FOLDER/absent: no such file (expected: one that can be read)"
      })
  void checkWarnsOfMissingFiles(String json, String line) throws IOException {
    Files.writeString(folder.resolve("bad"), "garbage");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = "" + taken.getLocalPort();
      String config =
          config(
              ("{" + json + "}")
                  .replace('\'', '"')
                  .replace("TARGET", FAR)
                  .replace("LISTEN", "/ip4/127.0.0.1/tcp/0")
                  .replace("BUSY", "/ip4/127.0.0.1/tcp/" + port)
                  .replace("PORT", port));
      String expected = line.replace("FOLDER", folder.toString()).replace("PORT", port);
      Set<Path> before = everything();
      assertThat(run("check", "--config", config)).as(text(err)).hasValue(0);
      assertThat(text(err).lines())
          .hasSize(1)
          .first()
          .asString()
          .startsWith("warning: " + expected);
      assertThat(text(out)).startsWith("ok: ");
      out.reset();
      err.reset();
      assertThat(run("check", "--strict", "--config", config)).hasValue(2);
      assertThat(text(err).lines()).hasSize(1).first().asString().startsWith(expected);
      assertThat(text(out)).isEmpty();
      assertThat(everything()).isEqualTo(before);
    }
  }

  @Test
  void aTokenFileWithAByteOrderMarkIsAccepted() throws IOException {
    Files.writeString(
        folder.resolve("tokens"),
        "\uFEFF# of all\r\nops read 0123456789abcdef0123456789abcdef\r\n");
    String config = config("{\"http\":{\"port\":0,\"auth\":{\"tokensFile\":\"tokens\"}}}");
    assertThat(run("check", "--strict", "--config", config)).as(text(err)).hasValue(0);
  }

  @Test
  void aKeyOfAnotherCertificateIsBadConfigForCheckAndForAStart() throws Exception {
    Path cert = Files.copy(pair().certificate().toPath(), folder.resolve("cert.pem"));
    Path key = Files.copy(pair().privateKey().toPath(), folder.resolve("key.pem"));
    String config =
        config(
            """
            {"http":{"port":0,"tls":{"certFile":"cert.pem","keyFile":"key.pem"}}}
            """);
    for (String command : List.of("check", "run")) {
      assertThat(run(command, "--config", config)).as(command).hasValue(2);
      assertThat(text(err).lines().filter(line -> line.startsWith("http.")))
          .containsExactly(
              "http.tls.keyFile: " + key + " (expected: the private key of " + cert + ")");
      assertThat(text(out)).isEmpty();
      err.reset();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cert.pem", "key.pem"})
  void anIncompleteKeyPairIsBadConfigForAStart(String gone) throws Exception {
    SelfSignedCertificate pair = pair();
    Path cert = Files.copy(pair.certificate().toPath(), folder.resolve("cert.pem"));
    Path key = Files.copy(pair.privateKey().toPath(), folder.resolve("key.pem"));
    String config =
        config(
            """
            {"http":{"port":0,"tls":{"certFile":"cert.pem","keyFile":"key.pem"}}}
            """);
    assertThat(run("check", "--strict", "--config", config)).as(text(err)).hasValue(0);
    Files.delete(gone.equals("cert.pem") ? cert : key);
    assertThat(run("run", "--config", config)).hasValue(2);
    assertThat(text(err)).contains("http.tls.", gone + ": no such file (expected: ");
  }

  private static SelfSignedCertificate pair() throws CertificateException {
    return new SelfSignedCertificate("here.test", "EC", 256);
  }

  private Set<Path> everything() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.collect(Collectors.toSet());
    }
  }

  @Test
  void checkCreatesNothing() throws IOException {
    String config =
        config(
            """
            {"heartbeat":{"beatTarget":"local"},"chain":{"source":"simulated"},
             "aggregator":{"listen":"/ip4/127.0.0.1/tcp/0"},"http":{"port":0},"alerts":{}}
            """);
    assertThat(run("check", "--strict", "--config", config)).as(text(err)).hasValue(0);
    assertThat(everything()).containsExactlyInAnyOrder(folder, Path.of(config));
  }

  @Test
  void readingCommandsCreateNoKey() throws IOException {
    String absent = folder.resolve("a.key").toString();
    assertThat(run("peer-id", "--key", absent)).hasValue(1);
    assertThat(text(err)).contains("a.key: no such file (expected: made by keygen, or by run)");
    String config = config(nodes("alice", "bob"));
    assertThat(run("peer-id", "--config", config)).hasValue(1);
    assertThat(text(err)).contains("alice.key: no such file", "bob.key: no such file");
    assertThat(run("doctor", "--config", config)).hasValue(1);
    assertThat(text(out)).contains("FAIL key", "alice.key: no such file", "keygen");
    assertThat(files()).containsExactly("", "config.json");
  }

  @Test
  void peerIdPrintsEachNodeOfTheConfig() throws IOException {
    String config = config(nodes("alice", "bob"));
    assertThat(run("keygen", "--config", config)).hasValue(0);
    List<String> made = text(out).lines().toList();
    assertThat(made).hasSize(2);
    assertThat(made.get(0)).matches("alice 12D3KooW\\w+");
    assertThat(made.get(1)).matches("bob 12D3KooW\\w+");
    out.reset();
    assertThat(run("peer-id", "--config", config)).hasValue(0);
    assertThat(text(out).lines()).isEqualTo(made);
    // A node without a key is named, and the others are printed.
    Files.delete(folder.resolve("keys").resolve("alice.key"));
    out.reset();
    assertThat(run("peer-id", "--config", config)).hasValue(1);
    assertThat(text(out).lines()).containsExactly(made.get(1));
    assertThat(text(err)).contains("alice.key: no such file");
  }

  @Test
  void readingCommandsWorkWhileADaemonHoldsTheLock() throws Exception {
    String config = config(nodes("alice"));
    assertThat(run("keygen", "--config", config)).hasValue(0);
    List<String> before = files();
    assertThat(run("peer-id", "--config", config)).hasValue(0);
    assertThat(run("doctor", "--config", config)).hasValue(1);
    assertThat(files()).isEqualTo(before);
    try (LockFile daemon = LockFile.take(folder.resolve("keys").resolve("alice.key.lock"))) {
      assertThat(daemon).isNotNull();
      assertThat(run("peer-id", "--config", config)).hasValue(0);
      out.reset();
      assertThat(run("doctor", "--config", config)).hasValue(1);
      assertThat(text(out)).contains("alice.key is 12D3KooW");
    }
  }

  @Test
  void keygenCreatesOnlyMissingKeys() throws IOException {
    String config =
        config(
            "{\"aggregator\":{\"listen\":\"/ip4/127.0.0.1/tcp/0\"}," + nodes("alice").substring(1));
    assertThat(run("keygen", "--config", config, "--type", "secp256k1")).hasValue(0);
    assertThat(text(out)).matches("alice 16Uiu2HA\\w+\\R");
    assertThat(text(err))
        .contains("made a new secp256k1 key: ")
        .contains("aggregator.key is 16Uiu2HA");
    byte[] alice = Files.readAllBytes(folder.resolve("keys").resolve("alice.key"));
    byte[] aggregator = Files.readAllBytes(folder.resolve("aggregator.key"));
    err.reset();
    assertThat(run("keygen", "--config", config)).hasValue(0);
    assertThat(text(err)).isEmpty();
    assertThat(Files.readAllBytes(folder.resolve("keys").resolve("alice.key"))).isEqualTo(alice);
    assertThat(Files.readAllBytes(folder.resolve("aggregator.key"))).isEqualTo(aggregator);
    assertThat(files())
        .containsExactly("", "aggregator.key", "config.json", "keys", "keys/alice.key");
    out.reset();
    String key = folder.resolve("a.key").toString();
    assertThat(run("keygen", "--key", key)).hasValue(0);
    assertThat(run("peer-id", "--key", key)).hasValue(0);
    List<String> ids = text(out).lines().toList();
    assertThat(ids).hasSize(2);
    assertThat(ids.get(0)).startsWith("12D3KooW").isEqualTo(ids.get(1));
  }

  @Test
  void peerIdOfAnAggregatorWithoutNodesSaysWhereItsIdIs() throws IOException {
    String config = config("{\"aggregator\":{\"listen\":\"/ip4/127.0.0.1/tcp/0\"}}");
    assertThat(run("peer-id", "--config", config)).hasValue(2);
    assertThat(text(err)).contains("config.json: no node beats (expected: ");
    assertThat(run("keygen", "--config", config)).hasValue(0);
    assertThat(files()).containsExactly("", "aggregator.key", "config.json");
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'aggregator':{'dataDir':'file'} | aggregator.dataDir: ",
        "'aggregator':{'dataDir':'file/data'} | aggregator.dataDir: ",
        "'aggregator':{'dataDir':'newer'} | the history has schema version 1000 (expected: at most ",
        "'aggregator':{'keyFile':'file'} | file",
        "'aggregator':{'keyFile':'file/key'} | file/key",
        "'http':{'auth':{'tokensFile':'absent'}} | http.auth.tokensFile: ",
        "'http':{'auth':{'tokensFile':'file'}} | http.auth.tokensFile: ",
        "'libp2p':{'implementation':'other'},'aggregator':{} | libp2p.implementation: other "
      })
  void failuresThatARestartCannotSolveExitWithTwo(String json, String message) throws Exception {
    Files.writeString(folder.resolve("file"), "garbage");
    SqliteHistory history = SqliteHistory.open(folder.resolve("newer"), InstantSource.system());
    assertThat(history.close().toCompletionStage().toCompletableFuture().handle((d, e) -> e).get())
        .isNull();
    try (Connection newer =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("newer/history.db"));
        Statement statement = newer.createStatement()) {
      assertThat(statement.executeUpdate("PRAGMA user_version = 1000")).isZero();
    }
    String whole = "{" + json.replace('\'', '"') + "}";
    String listening =
        whole
            .replace("\"http\":{", "\"http\":{\"port\":0,")
            .replace("\"aggregator\":{", "\"aggregator\":{\"listen\":\"/ip4/127.0.0.1/tcp/0\",")
            .replace(",}", "}");
    assertThat(run("run", "--config", config(listening))).as(text(err)).hasValue(2);
    assertThat(text(err).lines()).hasSize(1).first().asString().contains(message);
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
  void aBackupCanBeRestored() throws Exception {
    String config = config("{\"aggregator\":{}}");
    Path data = folder.resolve("data");
    SqliteHistory.open(data, InstantSource.system()).close().await();
    String copy = folder.resolve("copy.db").toString();
    assertThat(run("backup", "--config", config, copy)).hasValue(0);
    assertThat(run("restore", "--config", config, copy)).hasValue(1);
    assertThat(text(err))
        .isEqualTo(
            data.resolve("history.db")
                + ": exists (expected: none, or --force, which moves it aside)\n");
    out.reset();
    assertThat(run("restore", "--config", config, copy, "--force")).hasValue(0);
    assertThat(text(out).lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("moved aside: " + data + "/history.db.replaced-"),
            line -> assertThat(line).startsWith("restored: " + data + "/history.db bytes="));
    SqliteHistory.open(data, InstantSource.system()).close().await();
    assertThat(run("restore", "--config", config("{\"http\":{}}"), copy)).hasValue(2);
    assertThat(text(err)).contains("aggregator: (absent)");
  }

  @Test
  void aHistoryInUseOrOfANewerProgramIsNotRestored() throws Exception {
    String config = config("{\"aggregator\":{}}");
    Path data = Files.createDirectories(folder.resolve("data"));
    Path copy = folder.resolve("copy.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + copy);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA application_id = 1179140657");
      statement.execute("PRAGMA user_version = 99");
    }
    assertThat(run("restore", "--config", config, copy.toString())).hasValue(2);
    assertThat(text(err)).contains("has schema version 99 (expected: at most ");
    try (LockFile lock = LockFile.take(data.resolve("lock"))) {
      assertThat(lock).isNotNull();
      assertThat(run("restore", "--config", config, copy.toString())).hasValue(2);
    }
    assertThat(text(err)).contains(data + " is in use by this process, ");
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
      assertThat(run("keygen", "--config", config)).hasValue(0);
      out.reset();
      String target =
          refusing.address() + "/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";
      assertThat(run("doctor", "--config", config, "--target", target)).hasValue(1);
    }
    assertThat(text(out).lines().filter(line -> line.startsWith("ok")))
        .extracting(line -> line.substring(5, 16).strip())
        .containsExactly("config", "key", "RPC", "token", "clock", "head age", "network", "DNS");
    assertThat(text(out).lines().filter(line -> line.startsWith("skip")))
        .extracting(line -> line.substring(5, 16).strip())
        .containsExactly("finality", "peers", "miner", "Noise", "muxer", "protocol");
    assertThat(text(out))
        .contains("FAIL TCP", "remedy: ")
        .endsWith("1 node, 1 target: 1 ok, 1 failed\n");
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
