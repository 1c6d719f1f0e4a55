package fil.heartbeat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.config.Config;
import fil.heartbeat.config.ConfigKey;
import fil.heartbeat.config.ConfigKeys;
import fil.heartbeat.text.GoDuration;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The README matches the program. */
class ReadmeTest {
  /** As a node's operator has them; what an example names itself counts first. */
  private static final Map<String, String> VARIABLES =
      Map.of(
          "FULLNODE_API_INFO", "tok:/ip4/127.0.0.1/tcp/1234/http",
          "MINER_API_INFO", "tok:/ip4/127.0.0.1/tcp/2345/http");

  private static String readme() throws IOException {
    return Files.readString(Path.of("README.md"));
  }

  private static String row(ConfigKey key) {
    String value = key.defaultValue().isEmpty() ? "" : "`" + key.defaultValue() + "`";
    return String.join(
        " | ", "| `" + key.path() + "`", value, key.form().range(), key.meaning() + " |");
  }

  @Test
  void theConfigTableIsTheParsersTable() throws IOException {
    List<String> rows =
        readme()
            .lines()
            .dropWhile(line -> !line.equals("| key | default | range | meaning |"))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .toList();
    assertThat(rows).isEqualTo(ConfigKeys.all().stream().map(ReadmeTest::row).toList());
  }

  private static String shown(Duration duration) {
    return GoDuration.format(duration).replaceFirst("m0s$", "m").replaceFirst("h0m$", "h");
  }

  private static String row(AlertRule rule) {
    String hold = rule.hold().isZero() ? "at once" : shown(rule.hold());
    return "| `"
        + rule.label()
        + "` | "
        + (rule.enabled() ? "" : "off; ")
        + hold
        + " | "
        + rule.severity().label()
        + rule.criticalAfter().map(after -> ", critical after " + shown(after)).orElse("")
        + " | ";
  }

  @Test
  void theTableOfRulesHasTheirDefaults() throws IOException {
    List<String> rows =
        readme()
            .lines()
            .dropWhile(line -> !line.equals("| rule | fires after | severity | when |"))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .map(line -> line.replaceFirst("[^|]+\\|$", ""))
            .toList();
    assertThat(rows)
        .isEqualTo(
            AlertRule.configurable().stream().map(rule -> row(rule).stripTrailing()).toList());
  }

  @ParameterizedTest
  @CsvSource({"README.md, EmbeddedHeartbeat.java", "docs/protocol.md, EmbeddedNode.java"})
  void theEmbeddingExamplesAreCodeThatCompiles(String paper, String example) throws IOException {
    Path code = Path.of("src-test", "fil", "heartbeat", "example", example);
    assertThat(Files.readString(Path.of(paper)))
        .contains("```java\n" + Files.readString(code).strip() + "\n```");
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/operating.md"})
  void everyJsonExampleIsAConfig(String paper) throws IOException {
    String[] blocks = Files.readString(Path.of(paper)).split("```json\n", -1);
    assertThat(blocks.length).isGreaterThan(1);
    for (int i = 1; i < blocks.length; i++) {
      String json =
          blocks[i]
              .substring(0, blocks[i].indexOf("```"))
              .replace("12D3KooW...", "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq");
      Config config = Config.parse(new JsonObject(json), Path.of("."), VARIABLES);
      assertThat(config.isIdle()).isFalse();
    }
  }

  @Test
  void theShippedConfigRunsSenderAggregatorAndHttp() throws IOException {
    Config config =
        Config.parse(
            new JsonObject(Files.readString(Path.of("config.json"))), Path.of("."), Map.of());
    assertThat(config.sends()).isTrue();
    assertThat(config.aggregator()).isPresent();
    assertThat(config.http()).isPresent();
  }
}
