package fil.heartbeat.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.testing.Daemon;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a separate process needs of the disk, and how it handles text in any locale. */
@Timeout(120)
class FilesProcessTest {
  static final String SENDER =
      "\"chain\":{\"source\":\"simulated\"},\"targets\":[{\"beatTarget\":"
          + "\"/ip4/127.0.0.1/tcp/1/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq\"}]";

  @TempDir Path folder;

  static ProcessBuilder command(Path folder, String jvm, String... arguments) {
    ProcessBuilder builder = Daemon.command(folder, arguments);
    builder.environment().put("JAVA_TOOL_OPTIONS", jvm);
    return builder.redirectError(folder.resolve("log").toFile());
  }

  static void config(Path folder, String text) throws IOException {
    Files.writeString(folder.resolve("config.json"), text);
  }

  static void ready(BufferedReader out, String start, Path log) throws IOException {
    String line = out.readLine();
    assertThat(line).as("its log: %s", Files.readString(log)).isNotNull();
    assertThat(line).startsWith(start);
  }

  static List<String> names(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(each -> each.getFileName().toString()).toList();
    }
  }

  @Test
  void aSenderWithoutOtherRolesNeedsNoTempFolder() throws Exception {
    config(folder, "{\"nodes\":[{\"nickname\":\"alice\"," + SENDER + "}]}");
    Path none = Files.createFile(folder.resolve("file")).resolve("none");
    Process daemon = command(folder, "-Djava.io.tmpdir=" + none).start();
    try (BufferedReader out = daemon.inputReader(UTF_8)) {
      ready(out, "ready: sender ", folder.resolve("log"));
    } finally {
      daemon.destroyForcibly().waitFor();
    }
    assertThat(Files.readString(folder.resolve("log"))).doesNotContain("Exception");
  }

  @Test
  void threeKillsLeaveOneLibraryInTheDataFolderAndNothingElsewhere() throws Exception {
    config(
        folder,
        "{\"aggregator\":{\"listen\":\"/ip4/127.0.0.1/tcp/0\"},\"http\":{\"port\":0},\"alerts\":{}}");
    Path temp = Files.createDirectory(folder.resolve("temp"));
    for (int i = 0; i < 3; i++) {
      Process daemon = command(folder, "-XX:-UsePerfData -Djava.io.tmpdir=" + temp).start();
      try (BufferedReader out = daemon.inputReader(UTF_8)) {
        ready(out, "ready: aggregator ", folder.resolve("log"));
      } finally {
        daemon.destroyForcibly().waitFor();
      }
    }
    assertThat(names(temp)).isEmpty();
    assertThat(names(folder.resolve("data").resolve("tmp")))
        .filteredOn(name -> name.endsWith(".so"))
        .hasSize(1);
  }

  /** Without the JVM's own line about the variable. */
  static List<String> said(Path log) throws IOException {
    return Files.readAllLines(log).stream().filter(line -> !line.startsWith("Picked up ")).toList();
  }

  /** As text, strictly decoded. */
  private static String utf8(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"C", "POSIX"})
  void textIsUtf8InEveryLocale(String locale) throws Exception {
    String name = "\u0443\u0437\u0435\u043b";
    config(folder, "{\"nodes\":[{\"nickname\":\"" + name + "\"," + SENDER + "}]}");
    ProcessBuilder builder = command(folder, "-XX:-UsePerfData");
    builder.environment().put("LC_ALL", locale);
    Process daemon = builder.start();
    try (BufferedReader out = daemon.inputReader(UTF_8)) {
      String line = out.readLine();
      assertThat(line)
          .as("its log: %s", utf8(Files.readAllBytes(folder.resolve("log"))))
          .isNotNull()
          .startsWith("ready: sender ")
          .endsWith(" " + name);
    } finally {
      daemon.destroyForcibly().waitFor();
    }
    assertThat(folder.resolve("keys").resolve(name + ".key")).exists();
    assertThat(names(folder.resolve("keys")))
        .containsExactlyInAnyOrder(name + ".key", name + ".key.lock");
  }

  @Test
  void faultsAreUtf8InEveryLocale() throws Exception {
    String name = "\u0443\u0437\u0435\u043b";
    config(folder, "{\"http\":{\"port\":\"" + name + "\"}}");
    ProcessBuilder builder = command(folder, "-XX:-UsePerfData", "check");
    builder.environment().put("LC_ALL", "C");
    Process check = builder.start();
    assertThat(check.waitFor()).isEqualTo(2);
    assertThat(utf8(Files.readAllBytes(folder.resolve("log")))).contains(name);
  }

  /** SQLite needs its folder as text, which such a locale cannot represent. */
  @Test
  void aDataFolderThatTheLocaleCannotRepresentIsRejected() throws Exception {
    String name = "\u0443\u0437\u0435\u043b";
    config(folder, "{\"aggregator\":{\"dataDir\":\"" + name + "\"}}");
    ProcessBuilder builder = command(folder, "-XX:-UsePerfData", "check");
    builder.environment().put("LC_ALL", "C");
    Process check = builder.start();
    assertThat(check.waitFor()).isEqualTo(2);
    List<String> lines = utf8(Files.readAllBytes(folder.resolve("log"))).lines().toList();
    assertThat(lines)
        .contains(
            "aggregator.dataDir: "
                + folder.resolve(name)
                + " (expected: characters of the locale; others need LC_ALL=C.UTF-8)");
    builder.environment().put("LC_ALL", "C.UTF-8");
    assertThat(builder.start().waitFor()).isZero();
  }

  @Test
  void anUndecodableVariableIsRejected() throws Exception {
    config(folder, "{\"http\":{}}");
    ProcessBuilder daemon = command(folder, "-XX:-UsePerfData", "check");
    ProcessBuilder shell =
        new ProcessBuilder(
                "sh", "-c", "FIL_HEARTBEAT__HTTP__HOST=$(printf 'a\\377b') exec \"$@\"", "sh")
            .directory(folder.toFile())
            .redirectError(folder.resolve("log").toFile());
    shell.command().addAll(daemon.command());
    shell.environment().keySet().removeIf(each -> each.startsWith("FIL_HEARTBEAT"));
    shell.environment().put("LC_ALL", "C.UTF-8");
    Process check = shell.start();
    assertThat(check.waitFor()).isEqualTo(2);
    assertThat(Files.readString(folder.resolve("log")))
        .contains("FIL_HEARTBEAT__HTTP__HOST: ", "text of the locale");
  }

  private static JsonObject onlyNode(Daemon daemon) throws Exception {
    JsonArray nodes = new JsonObject(daemon.get("/api/v1/nodes")).getJsonArray("nodes");
    return nodes.isEmpty() ? new JsonObject() : nodes.getJsonObject(0);
  }

  private static Duration seen(JsonObject node) {
    String last = node.getString("lastBeat");
    return last == null
        ? Duration.ZERO
        : Duration.between(Instant.parse(node.getString("firstSeen")), Instant.parse(last));
  }

  /** As the README says: data that is two seconds old is stored. */
  @Test
  void aKillLosesNoMoreThanTheReadmeSays() throws Exception {
    config(
        folder,
        "{\"heartbeat\":{\"nickname\":\"alice\",\"beatTarget\":\"local\",\"beatPeriod\":\"1s\"},"
            + "\"chain\":{\"source\":\"simulated\"},"
            + "\"aggregator\":{\"listen\":\"/ip4/127.0.0.1/tcp/0\"},\"http\":{\"port\":0}}");
    Path log = folder.resolve("log");
    JsonObject before = new JsonObject();
    try (Daemon daemon = Daemon.start(Daemon.command(folder), log)) {
      while (seen(before).toSeconds() < 4) {
        before = onlyNode(daemon);
      }
    }
    try (Daemon again = Daemon.start(Daemon.command(folder), log)) {
      JsonObject after = onlyNode(again);
      assertThat(after.getString("firstSeen")).isEqualTo(before.getString("firstSeen"));
      assertThat(after.getString("nickname")).isEqualTo("alice");
      assertThat(after.getLong("beats")).isPositive();
    }
  }
}
