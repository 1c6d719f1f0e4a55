package fil.heartbeat.app;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.config.Config;
import fil.heartbeat.config.NodeConfig;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigChangeTest {
  private static final String ID = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";
  private static final String TARGET = "{\"beatTarget\":\"/ip4/127.0.0.1/tcp/1/p2p/" + ID + "\"}";

  private static Config nodes(String... nodes) {
    return Config.parse(
        new JsonObject("{\"nodes\":[" + String.join(",", nodes) + "]}"), Path.of("/x"), Map.of());
  }

  private static String node(String nickname, String keyFile, String target) {
    return "{\"nickname\":\"%s\",\"keyFile\":\"%s\",\"chain\":{\"source\":\"simulated\"},\"targets\":[%s]}"
        .formatted(nickname, keyFile, target);
  }

  @Test
  void nothingChangedIsNoChange() {
    Config config = nodes(node("a", "a.key", TARGET));
    ConfigChange change = ConfigChange.between(config, nodes(node("a", "a.key", TARGET)));
    assertThat(change.added()).isEmpty();
    assertThat(change.removed()).isEmpty();
    assertThat(change.retargeted()).isEmpty();
    assertThat(change.needRestart()).isEmpty();
  }

  @Test
  void nodesComeAndGoByTheirKey() {
    ConfigChange change =
        ConfigChange.between(nodes(node("a", "a.key", TARGET)), nodes(node("b", "b.key", TARGET)));
    assertThat(change.added()).extracting(NodeConfig::nickname).containsExactly("b");
    assertThat(change.removed()).extracting(NodeConfig::nickname).containsExactly("a");
  }

  @Test
  void anotherNicknameReplacesTheNode() {
    ConfigChange change =
        ConfigChange.between(nodes(node("a", "a.key", TARGET)), nodes(node("b", "a.key", TARGET)));
    assertThat(change.added()).extracting(NodeConfig::nickname).containsExactly("b");
    assertThat(change.removed()).extracting(NodeConfig::nickname).containsExactly("a");
  }

  @Test
  void otherTargetsLeaveTheNode() {
    ConfigChange change =
        ConfigChange.between(
            nodes(node("a", "a.key", TARGET)),
            nodes(node("a", "a.key", TARGET.replace("tcp/1", "tcp/2"))));
    assertThat(change.added()).isEmpty();
    assertThat(change.removed()).isEmpty();
    assertThat(change.retargeted()).hasSize(1);
  }

  @Test
  void aNodeWithoutTargetsIsAbsent() {
    ConfigChange change =
        ConfigChange.between(nodes(node("a", "a.key", TARGET)), nodes(node("a", "a.key", "")));
    assertThat(change.removed()).hasSize(1);
    assertThat(change.added()).isEmpty();
  }

  private static Config alerts(String aggregator, String alerts) {
    return Config.parse(
        new JsonObject("{\"http\":{}," + aggregator + "\"alerts\":" + alerts + "}"),
        Path.of("/x"),
        Map.of());
  }

  private static Config applied(Config from, Config to) {
    return ConfigChange.between(from, to).applied(from, to);
  }

  @Test
  void alertsChangeAtOnce() {
    String aggregator = "\"aggregator\":{},";
    Config from = alerts(aggregator, "{}");
    Config to = alerts(aggregator, "{\"rules\":{\"NodeSlow\":{\"enabled\":true}}}");
    ConfigChange change = ConfigChange.between(from, to);
    assertThat(change.needRestart()).isEmpty();
    assertThat(change.applied(from, to).alerts())
        .isEqualTo(to.alerts())
        .isPresent()
        .isNotEqualTo(from.alerts());
    assertThat(applied(from, alerts(aggregator, "{\"sinks\":[]}")).alerts())
        .isEqualTo(from.alerts());
    // A node of a named fleet needs no time before it is monitored.
    Config named = alerts("\"aggregator\":{\"allow\":[\"" + ID + "\"]},", "{}");
    assertThat(applied(from, named).alerts()).isEqualTo(named.alerts()).isNotEqualTo(from.alerts());
    assertThat(from.alerts().orElseThrow().rules().monitorAfter()).isEqualTo(Duration.ofMinutes(5));
    assertThat(named.alerts().orElseThrow().rules().monitorAfter()).isEqualTo(Duration.ZERO);
    Config off = alerts(aggregator, "null");
    assertThat(applied(from, off).alerts()).isEmpty();
  }

  @Test
  void alertsWaitWithTheAggregatorForARestart() {
    Config without = alerts("", "{}");
    Config with = alerts("\"aggregator\":{},", "{}");
    for (ConfigChange change :
        List.of(ConfigChange.between(without, with), ConfigChange.between(with, without))) {
      assertThat(change.needRestart()).containsExactly("aggregator");
    }
    assertThat(applied(with, without)).isEqualTo(with);
    assertThat(applied(without, with)).isEqualTo(without);
  }

  @Test
  void sectionsThatNeedARestartAreNamedAndKept() {
    Config from = Config.parse(new JsonObject("{\"http\":{\"port\":1}}"), Path.of("/x"), Map.of());
    Config to =
        Config.parse(
            new JsonObject(
                "{\"http\":{\"port\":2},\"log\":{\"level\":\"debug\"},\"aggregator\":{}}"),
            Path.of("/x"),
            Map.of());
    ConfigChange change = ConfigChange.between(from, to);
    assertThat(change.needRestart()).containsExactly("aggregator", "http", "log");
    assertThat(change.applied(from, to)).isEqualTo(from);
  }
}
