package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IngestLimitsTest {
  @ParameterizedTest
  @CsvSource({"0, 65536", "20000, 65536", "50000, 100000", "100000, 200000"})
  void twoBeatsOfEachNodeMayWait(long nodes, int events) {
    assertThat(Ingest.Limits.of(20, nodes).events()).isEqualTo(events);
    assertThat(Ingest.Limits.of(20, nodes).ofPeer()).isEqualTo(256);
  }
}
