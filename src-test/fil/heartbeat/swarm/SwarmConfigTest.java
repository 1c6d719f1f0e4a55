package fil.heartbeat.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.config.ConfigException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SwarmConfigTest {
  private static final String OTHER =
      "/dns4/b.example.com/tcp/9082/p2p/12D3KooWMQQiVpMxjdrwHLJxU6xBDFnLkUJSXLJVB8sHbVLnqAYH";

  @Test
  void absentOptionsHaveDefaults() {
    SwarmConfig config = Configs.of(7);
    assertThat(config.targets()).extracting(Object::toString).containsExactly(Configs.TARGET);
    assertThat(config.nodes()).isEqualTo(7);
    assertThat(config.beatPeriod()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.duration()).isEqualTo(Duration.ofSeconds(60));
    assertThat(config.fork()).isEqualTo(BigDecimal.ZERO);
    assertThat(config.churnPerMinute()).isZero();
    assertThat(config.seed()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--nodes|0|--nodes: 0 (expected: a whole number, 1 to 60000)",
        "--nodes|many|--nodes: many (expected: a whole number",
        "--target|/ip4/127.0.0.1/tcp/1|expected: a multiaddr that ends in /p2p/<peer id>",
        "--target|nonsense|--target: nonsense (expected: a multiaddr",
        "--beat-period|0s|--beat-period: 0s (expected: a duration such as 3s, 1ms to 24h)",
        "--beat-period|3|--beat-period: 3 (expected: a duration",
        "--recover-after|0s|--recover-after: 0s (expected: a duration such as 10m, 1ms to 8760h)",
        "--duration|-1s|--duration: -1s (expected: a duration such as 60s",
        "--fork|101|--fork: 101 (expected: percent of the nodes, 0 to 100)",
        "--lag|-1|--lag: -1 (expected: percent",
        "--silent|1e9|--silent: 1e9 (expected: percent",
        "--silent|.|--silent: . (expected: percent",
        "--churn|-1|--churn: -1 (expected: a whole number, 0 to 60000)",
        "--seed|x|--seed: x (expected: a whole number",
        "--fork|99.5|--fork, --lag and --silent: 100.5 (expected: together at most 100 percent)",
      })
  void aFaultNamesTheOptionAndTheExpectedForm(String option, String value, String message) {
    String lag = option.equals("--fork") ? "--lag 1" : "--churn 0";
    assertThatThrownBy(() -> Configs.of(5, lag, option + " " + value))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void allFaultsAreReported() {
    assertThatThrownBy(() -> SwarmConfig.parse(Map.of("--fork", "x")))
        .hasMessageContaining("--target: (missing)")
        .hasMessageContaining("--nodes: (missing)")
        .hasMessageContaining("--fork: x");
  }

  @Test
  void churnNeedsHealthyNodes() {
    assertThatThrownBy(() -> Configs.of(5, "--fork 60", "--silent 40", "--churn 1"))
        .hasMessageContaining("leave no node that could churn");
    assertThat(Configs.of(5, "--fork 60", "--silent 40").churnPerMinute()).isZero();
  }

  @Test
  void severalTargetsNeedDifferentPeers() {
    assertThat(Configs.of(5, "--target " + Configs.TARGET + "," + OTHER).targets()).hasSize(2);
    assertThatThrownBy(
            () ->
                Configs.of(
                    5, "--target " + Configs.TARGET + "," + Configs.TARGET.replace("9081", "9082")))
        .hasMessageContaining("each peer id once");
  }
}
