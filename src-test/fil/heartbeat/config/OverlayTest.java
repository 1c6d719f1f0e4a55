package fil.heartbeat.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.chain.Network;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverlayTest {
  private static final String TARGET =
      "/ip4/127.0.0.1/tcp/9081/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";
  private static final Path FOLDER = Path.of("/etc/heartbeat");

  private static Config layered(
      String file, Map<String, String> environment, Map<String, String> properties) {
    return Config.parse(new JsonObject(file), FOLDER, environment, properties);
  }

  @Test
  void theEnvironmentOverridesTheFileAndPropertiesOverrideBoth() {
    Config config =
        layered(
            "{\"http\":{\"port\":1,\"host\":\"a\"},\"log\":{\"level\":\"warn\"}}",
            Map.of(
                "FIL_HEARTBEAT__HTTP__PORT", "2",
                "FIL_HEARTBEAT__LOG__LEVEL", "debug",
                "FIL_HEARTBEAT__CHAIN__POLL_PERIOD", "9s",
                "PATH", "x"),
            Map.of("heartbeat.http.port", "3", "user.home", "x"));
    assertThat(config.http()).contains(new HttpConfig("a", 3, 1000));
    assertThat(config.log().level()).isEqualTo("debug");
    assertThat(config.senders().nodes().get(0).chain().pollPeriod())
        .isEqualTo(Duration.ofSeconds(9));
  }

  @Test
  void overridingTextIsConvertedToTheTypeOfItsKey() {
    Config config =
        layered(
            "{\"aggregator\":\"broken\"}",
            Map.of(
                "FIL_HEARTBEAT__HEARTBEAT__TARGETS", "[{\"beatTarget\":\"" + TARGET + "\"}]",
                "FIL_HEARTBEAT__HEARTBEAT__EXTRAS", "false",
                "FIL_HEARTBEAT__HEARTBEAT__NICKNAME", "17",
                "FIL_HEARTBEAT__CHAIN__SEED", "-5",
                "FIL_HEARTBEAT__CHAIN__SOURCE", "simulated",
                "FIL_HEARTBEAT__AGGREGATOR", "{\"listen\":\"/ip4/127.0.0.1/tcp/1\"}",
                "FIL_HEARTBEAT__AGGREGATOR__LISTEN", "/ip4/127.0.0.1/tcp/2",
                "FIL_HEARTBEAT__AGGREGATOR__NETWORK", "calibnet"),
            Map.of("heartbeat.libp2p.exemptLoopback", "false"));
    NodeConfig node = config.senders().nodes().get(0);
    assertThat(node.targets()).extracting(TargetConfig::beatTarget).containsExactly(TARGET);
    assertThat(node.extras()).isFalse();
    assertThat(node.nickname()).isEqualTo("17");
    assertThat(node.chain().seed()).isEqualTo(-5);
    assertThat(config.libp2p().host().sockets().exemptLoopback()).isFalse();
    AggregatorConfig aggregator = config.aggregator().orElseThrow();
    assertThat(aggregator.bind().listen()).hasToString("/ip4/127.0.0.1/tcp/2");
    assertThat(aggregator.network()).contains(Network.CALIBNET);
  }

  @Test
  void anOverridingNetworkMayBeAnObject() {
    String network =
        "{\"name\":\"mine\",\"genesisCid\":\"bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2\",\"genesisTime\":\"2026-01-01T00:00:00Z\",\"epochSeconds\":4}";
    Config config = layered("{}", Map.of("FIL_HEARTBEAT__AGGREGATOR__NETWORK", network), Map.of());
    assertThat(config.aggregator().orElseThrow().network().orElseThrow().name()).isEqualTo("mine");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          FIL_HEARTBEAT__HTTP__PROT|1|FIL_HEARTBEAT__HTTP__PROT: unknown key (expected: did you mean FIL_HEARTBEAT__HTTP__PORT?)
          FIL_HEARTBEAT__TLS__CERTIFICATE|1|FIL_HEARTBEAT__TLS__CERTIFICATE: unknown key (expected: a key of config.json)
          FIL_HEARTBEAT__HEARTBEAT__TARGETS|[|FIL_HEARTBEAT__HEARTBEAT__TARGETS: [ (expected: list as JSON)
          FIL_HEARTBEAT__HEARTBEAT__TARGETS|{}|heartbeat.targets: {} (expected: a list)
          FIL_HEARTBEAT__HTTP__PORT|80x|http.port: "80x" (expected: a whole number of 0 to 65535)
          FIL_HEARTBEAT__HEARTBEAT__EXTRAS|yes|heartbeat.extras: "yes" (expected: true or false)
          FIL_HEARTBEAT__NODES|[7]|nodes[0]: 7 (expected: an object)
          """)
  void aVariableWithoutAKeyOrAValueIsNamed(String name, String value, String message) {
    assertThatThrownBy(() -> layered("{}", Map.of(name, value), Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          heartbeat.http.prot|-Dheartbeat.http.prot: unknown key (expected: did you mean -Dheartbeat.http.port?)
          heartbeat.nodes[].nickname|-Dheartbeat.nodes[].nickname: unknown key (expected: a key of config.json)
          """)
  void aPropertyWithoutAKeyIsNamed(String name, String message) {
    assertThatThrownBy(() -> layered("{}", Map.of(), Map.of(name, "1")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  @Test
  void faultsOfFileEnvironmentAndPropertiesAreReportedTogether() {
    assertThatThrownBy(
            () ->
                layered(
                    "{\"log\":{\"level\":\"loud\"}}",
                    Map.of("FIL_HEARTBEAT__X", "1"),
                    Map.of("heartbeat.y", "1")))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.faults())
                    .extracting(ConfigException.Fault::path)
                    .containsExactly("FIL_HEARTBEAT__X", "-Dheartbeat.y", "log.level"));
  }

  @Test
  void theFileItselfIsUnchanged() {
    JsonObject file = new JsonObject("{\"http\":{\"port\":1}}");
    Config config = Config.parse(file, FOLDER, Map.of("FIL_HEARTBEAT__HTTP__PORT", "2"), Map.of());
    assertThat(config.http().orElseThrow().bind().port()).isEqualTo(2);
    assertThat(file).isEqualTo(new JsonObject("{\"http\":{\"port\":1}}"));
  }

  @Test
  void anUndecodableVariableIsRejected() {
    assertThatThrownBy(
            () -> layered("{}", Map.of("FIL_HEARTBEAT__HTTP__HOST", "a\uFFFDb"), Map.of()))
        .hasMessage(
            "FIL_HEARTBEAT__HTTP__HOST: a\uFFFDb (expected: text of the locale of the process;"
                + " UTF-8 needs LC_ALL=C.UTF-8)");
  }
}
