package fil.heartbeat.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CoverageTest {
  private static final long SECOND = 1_000_000_000L;
  private final SwarmCounters tally = new SwarmCounters();
  private final Coverage coverage = new Coverage(20, 0);

  private void connect(int count) {
    for (int i = 0; i < count; i++) {
      tally.connected();
    }
  }

  private void disconnect(int count) {
    for (int i = 0; i < count; i++) {
      tally.disconnected();
    }
  }

  @Test
  void reportsWhenAllAreConnectedAndAgainAfterADrop() {
    connect(10);
    assertThat(coverage.update(tally, SECOND)).isEmpty();
    assertThat(coverage.connectsPerSecond(tally, 2 * SECOND)).isEqualTo(5);
    connect(10);
    assertThat(coverage.update(tally, 4 * SECOND)).contains("all 20 connected after 4.0s");
    assertThat(coverage.update(tally, 5 * SECOND)).isEmpty();
    disconnect(15);
    assertThat(coverage.update(tally, 10 * SECOND)).isEmpty();
    connect(5);
    assertThat(coverage.update(tally, 11 * SECOND)).isEmpty();
    connect(10);
    assertThat(coverage.update(tally, 13 * SECOND))
        .contains("all 20 connected again 3.0s after the first was lost, lowest 5");
    assertThat(coverage.firstSeconds()).hasValue(4);
    assertThat(coverage.connectsPerSecond(tally, 13 * SECOND)).isEqualTo(5);
  }

  @Test
  void aChurningNodeIsNoDrop() {
    connect(20);
    assertThat(coverage.update(tally, SECOND)).isPresent();
    disconnect(1);
    assertThat(coverage.update(tally, 2 * SECOND)).isEmpty();
    connect(1);
    assertThat(coverage.update(tally, 3 * SECOND)).isEmpty();
  }
}
