package fil.heartbeat.alert.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertBoundsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 50000, 10000, 200000, 20000",
    "5000, 50000, 10000, 200000, 20000",
    "13107, 50000, 26214, 200000, 26214",
    "100000, 200000, 200000, 500000, 200000"
  })
  void theyFollowFromTheNodesAndHaveAFloor(
      long nodes, int nodeAlerts, int resolved, int entries, int removals) {
    assertThat(AlertBounds.of(nodes))
        .isEqualTo(new AlertBounds(nodeAlerts, resolved, entries, removals));
  }
}
