package fil.heartbeat.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SenderConfigTest {
  private static final String TARGET =
      "/ip4/127.0.0.1/tcp/9081/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";

  @Test
  void defaultsAreTheOriginals() {
    assertThat(SenderConfig.parse(new JsonObject()))
        .isEqualTo(
            new SenderConfig(
                "",
                Duration.ofSeconds(3),
                Duration.ofSeconds(10),
                "",
                Path.of("heartbeat.key"),
                "filecoin.chain.head",
                "filecoin.miner.address",
                true,
                Tell.DEFAULT,
                Duration.ofSeconds(10),
                false));
  }

  @Test
  void everyKeyIsReadAndWritten() {
    SenderConfig config =
        new SenderConfig(
            TARGET,
            Duration.ofMillis(1),
            Duration.ofHours(24),
            "alice",
            Path.of("keys", "a.key"),
            "head.alice",
            "miner.alice",
            true,
            new Tell(false, true, false, true, false, true, true, true),
            Duration.ofSeconds(11),
            true);
    assertThat(SenderConfig.parse(config.toJson())).isEqualTo(config);
  }

  @Test
  void nothingIsToldWithoutExtras() {
    JsonObject json =
        new JsonObject()
            .put("extras", false)
            .put("tell", new JsonObject().put("client", true).put("balances", true));
    assertThat(SenderConfig.parse(json).tell()).isEqualTo(Tell.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"beatPeriod":"5"}|beatPeriod: 5 (expected: a Go duration of 1ms to 24h0m0s)
          {"beatPeriod":"999us"}|beatPeriod: 999us (expected: a Go duration of 1ms to 24h0m0s)
          {"beatPeriod":3}|beatPeriod: 3 (expected: a Go duration of 1ms to 24h0m0s)
          {"reconnectPeriod":"25h"}|reconnectPeriod: 25h (expected: a Go duration of 1ms to 24h0m0s)
          {"tell":{"peers":"yes"}}|tell.peers: "yes" (expected: true or false)
          {"tell":{"peer":true}}|tell.peer: unknown key (expected: did you mean peers?)
          {"beatPeroid":"3s"}|beatPeroid: unknown key (expected: did you mean beatPeriod?)
          {"extras":"true"}|extras: "true" (expected: true or false)
          {"beatTarget":"/ip4/127.0.0.1/tcp/1"}|beatTarget: /ip4/127.0.0.1/tcp/1 (expected: a multiaddr that ends in /p2p/<peer id>)
          """)
  void faultsNamePathValueAndRule(String json, String message) {
    assertThatThrownBy(() -> SenderConfig.parse(new JsonObject(json)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  @Test
  void everyFaultIsReported() {
    assertThatThrownBy(
            () -> SenderConfig.parse(new JsonObject().put("beatPeriod", "x").put("extras", 1)))
        .isInstanceOfSatisfying(ConfigException.class, e -> assertThat(e.faults()).hasSize(2));
  }
}
