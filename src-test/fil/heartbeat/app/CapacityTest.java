package fil.heartbeat.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import fil.heartbeat.aggregator.NodeCapacity;
import fil.heartbeat.aggregator.NodeCapacity.Limit;
import fil.heartbeat.alert.state.AlertBounds;
import fil.heartbeat.app.Capacity.Machine;
import fil.heartbeat.history.QueueBounds;
import java.util.Comparator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapacityTest {
  private static final long MEBI = 1024 * 1024;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "50000|16384|1048576|512|8|carries about 13100 nodes with beats of 3s, limited by -Xmx (512 MiB); next: libp2p.maxConnections 16384",
        "50000|16384|1048576|4096|8|carries about 16300 nodes with beats of 3s, limited by libp2p.maxConnections 16384; next: aggregator.maxNodes 50000",
        "50000|16384|4096|4096|8|carries about 3520 nodes with beats of 3s, limited by the open-file limit 4096 (ulimit -n); next: libp2p.maxConnections 16384",
        "100|16384|1048576|4096|8|carries about 100 nodes with beats of 3s, limited by aggregator.maxNodes 100; next: libp2p.maxConnections 16384",
        "50000|65536|1048576|8192|2|carries about 36000 nodes with beats of 3s, limited by 2 cores; next: aggregator.maxNodes 50000",
        "1000000|1000000|1048576|16384|16|carries about 125000 nodes with beats of 3s, limited by one registry; next: 16 cores",
        "50000|10|1048576|512|2|carries about 5 nodes with beats of 3s, limited by libp2p.maxConnections 10; next: -Xmx (512 MiB)"
      })
  void theTightestLimitIsNamedAndTheNext(
      int maxNodes, int maxConnections, long openFiles, long heap, int cores, String line) {
    Capacity capacity =
        Capacity.of(maxNodes, maxConnections, new Machine(openFiles, heap * MEBI, cores));
    assertThat(capacity).hasToString(line);
  }

  @ParameterizedTest
  @CsvSource({
    "100, 16384, 1048576, 512, 8, 100, aggregator.maxNodes, -Xmx",
    "50000, 16384, 1048576, 4096, 8, 16320, libp2p.maxConnections, libp2p.maxConnections",
    "50000, 16384, 4096, 4096, 8, 3520, ulimit -n, ulimit -n or LimitNOFILE=",
    "50000, 16384, 1048576, 512, 8, 13107, -Xmx, -Xmx",
    "100000, 65536, 1048576, 8192, 2, 36000, cores, libp2p.maxConnections",
    "1000000, 1000000, 1048576, 16384, 16, 125000, registry, -Xmx"
  })
  void metricsAndApiNameTheSetting(
      int maxNodes,
      int maxConnections,
      long openFiles,
      long heap,
      int cores,
      long carried,
      String setting,
      String raise) {
    NodeCapacity nodes =
        Capacity.of(maxNodes, maxConnections, new Machine(openFiles, heap * MEBI, cores)).nodes();
    assertThat(nodes.nodes()).isEqualTo(carried);
    assertThat(nodes.tightest()).map(Limit::setting).contains(setting);
    assertThat(nodes.raise()).isEqualTo(raise);
    assertThat(nodes.limits())
        .isSortedAccordingTo(Comparator.comparingLong(Limit::nodes))
        .extracting(Limit::setting)
        .containsExactlyInAnyOrder(
            "aggregator.maxNodes",
            "libp2p.maxConnections",
            "ulimit -n",
            "-Xmx",
            "cores",
            "registry");
  }

  @Test
  void connectionsAreLoweredToWhatFilesAndHeapAllow() {
    assertThat(connections(16_384, 1_048_576, 512)).isEqualTo(13_107 + 64);
    assertThat(connections(16_384, 1_048_576, 64)).isEqualTo(1_638 + 64);
    assertThat(connections(16_384, 2_048, 4_096)).isEqualTo(1_536);
    assertThat(connections(12, 2_048, 4_096)).isEqualTo(12);
  }

  private static int connections(int maxConnections, long openFiles, long heap) {
    return Capacity.of(50_000, maxConnections, new Machine(openFiles, heap * MEBI, 2))
        .connections();
  }

  @Test
  void whatWaitsFollowsFromTheNodes() {
    Capacity small = Capacity.of(50_000, 16_384, new Machine(1_048_576, 512 * MEBI, 8));
    assertThat(small.ofHistory()).isEqualTo(QueueBounds.of(13_107, 512 * MEBI));
    assertThat(small.ofAlerts()).isEqualTo(AlertBounds.of(13_107));
  }

  @Test
  void tooFewFilesOrTooSmallAHeapIsReportedWithTheSettingToRaise() {
    assertThat(refusal(16_384, 576, 64 * MEBI)).isEmpty();
    assertThat(refusal(16_384, 575, 64 * MEBI))
        .isEqualTo(
            "the open-file limit: 575 (expected: at least 576, of which an aggregator needs 512 for"
                + " itself; raise it with ulimit -n or LimitNOFILE=)");
    assertThat(refusal(16_384, 100, 64 * MEBI)).startsWith("the open-file limit: 100 ");
    assertThat(refusal(16_384, 1_024, MEBI)).startsWith("the heap: 1 MiB (expected: at least 2");
  }

  @Test
  void aSmallerConfiguredNumberIsObeyed() {
    assertThat(refusal(8, 520, 64 * MEBI)).isEmpty();
    assertThat(refusal(9, 520, 64 * MEBI)).isNotEmpty();
  }

  private static String refusal(int maxConnections, long openFiles, long heapBytes) {
    Machine machine = new Machine(openFiles, heapBytes, 2);
    Throwable refused =
        catchThrowable(() -> assertThat(Capacity.of(50_000, maxConnections, machine)).isNotNull());
    return refused == null ? "" : String.valueOf(refused.getMessage());
  }

  @Test
  void httpUsesFilesThatLibp2pLeaves() {
    long heap = 1L << 30;
    assertThat(Capacity.http(1_200, 512, new Machine(1_024, heap, 2))).isEqualTo(256);
    assertThat(Capacity.http(1_200, 0, new Machine(1_024, heap, 2))).isEqualTo(768);
    assertThat(Capacity.http(100, 512, new Machine(1_024, heap, 2))).isEqualTo(100);
    assertThat(Capacity.http(1_200, 10_000, new Machine(1 << 20, heap, 2))).isEqualTo(1_200);
    assertThat(Capacity.http(1_200, 0, new Machine(256, heap, 2))).isEqualTo(64);
  }
}
