package fil.heartbeat.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.config.ConfigException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
  void eachSourceAddressAllowsMoreNodes() {
    assertThat(Configs.of(1).sources()).isEmpty();
    SwarmConfig config = Configs.of(180_000, "--source 127.0.0.2,127.0.0.3,::ffff:10.0.0.1");
    assertThat(config.sources())
        .extracting(InetAddress::getHostAddress)
        .containsExactly("127.0.0.2", "127.0.0.3", "10.0.0.1");
    assertThatThrownBy(() -> Configs.of(180_001, "--source 127.0.0.2,127.0.0.3,127.0.0.4"))
        .hasMessageContaining("--nodes: 180001 (expected: a whole number, 1 to 180000)");
  }

  @Test
  void eachTargetTakesPortsOfASource() {
    String second =
        "--target "
            + Configs.TARGET
            + ","
            + "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
    assertThat(Configs.of(30_000, second, "--source 127.0.0.2").targets()).hasSize(2);
    assertThatThrownBy(() -> Configs.of(30_001, second, "--source 127.0.0.2"))
        .hasMessageContaining("--nodes times --target: 60002 (expected: at most 60000");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "localhost|--source: localhost (expected: an IP address of this machine, such as 127.0.0.2)",
        "127.0.0.2,127.2|--source: 127.2 (expected: an IP address",
        "127.0.0.2,|--source: (missing) (expected: an IP address",
        "0.0.0.0|--source: 0.0.0.0 (expected: an IP address",
        "224.0.0.1|--source: 224.0.0.1 (expected: an IP address",
        "127.0.0.2,127.0.0.2|--source: 127.0.0.2 (expected: each address once)",
        "::1|--source: 0:0:0:0:0:0:0:1 (expected: an IPv4 address, as --target /ip4/127.0.0.1/tcp/90",
      })
  void aSourceThatCannotBeOneIsNamed(String sources, String message) {
    assertThatThrownBy(() -> Configs.of(5, "--source " + sources))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void sourcesAreAtMostSixteen() {
    String many =
        IntStream.range(1, 18).mapToObj(i -> "127.0.0." + i).collect(Collectors.joining(","));
    assertThatThrownBy(() -> Configs.of(5, "--source " + many))
        .hasMessageContaining("--source: 17 addresses (expected: at most 16)");
  }

  @Test
  void sourcesThatThisMachineDoesNotHaveAreNamed() {
    Configs.of(5, "--source 127.0.0.1").requireSources();
    SwarmConfig strange = Configs.of(5, "--source 127.0.0.1,192.0.2.1,198.51.100.7");
    assertThatThrownBy(strange::requireSources)
        .isInstanceOf(ConfigException.class)
        .message()
        .satisfies(
            text -> {
              assertThat(text.lines()).hasSize(2);
              assertThat(text)
                  .contains("--source: 192.0.2.1 (expected: an IP address of this machine")
                  .contains("--source: 198.51.100.7 (expected: ")
                  .contains("cannot be bound: ");
            });
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
