package fil.heartbeat.api.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.Claims;
import fil.heartbeat.aggregator.Contact;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.aggregator.Snapshot;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.testing.FleetFixtures;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FleetMetricsTest {
  private static final Node NODE =
      FleetFixtures.node(
          "12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB",
          new Claims("a\"b\\c", "f01000", null, List.of("bafyhead"), 444L, null),
          new Contact(
              new Contact.Connection(true, null, null, null),
              new Contact.Uptime(null, ""),
              null,
              FleetFixtures.NOW,
              null,
              1));

  private static String exposition(int maxNodeSeries) {
    Snapshot now = FleetFixtures.snapshot(List.of(NODE), List.of(FleetFixtures.report(false)));
    List<MetricSnapshot> all =
        Stream.concat(
                FleetMetrics.of(now, maxNodeSeries).stream(),
                HostMetrics.of(FleetFixtures.hostStats(Map.of())).stream())
            .toList();
    return text(all);
  }

  @Test
  void everyMetricHasItsName() {
    List<String> names =
        exposition(1000)
            .lines()
            .filter(line -> line.startsWith("# TYPE "))
            .map(line -> line.split(" ", -1)[2])
            .toList();
    assertThat(names)
        .containsExactlyInAnyOrder(
            "connected_nodes",
            "nodes_in_consensus",
            "nodes_in_dispute",
            "time_since_block_mined",
            "fil_heartbeat_beats_received_total",
            "fil_heartbeat_beats_accepted_total",
            "fil_heartbeat_nodes",
            "fil_heartbeat_nodes_forgotten_total",
            "fil_heartbeat_strangers_beating",
            "fil_heartbeat_node_series_enabled",
            "fil_heartbeat_node_info",
            "fil_heartbeat_node_head_height",
            "fil_heartbeat_node_last_beat_timestamp_seconds",
            "fil_heartbeat_node_state",
            "fil_heartbeat_warming",
            "fil_heartbeat_network_newest_block_timestamp_seconds",
            "fil_heartbeat_network_best_height",
            "fil_heartbeat_network_lag_epochs",
            "fil_heartbeat_network_voters",
            "fil_heartbeat_network_nodes_in_consensus",
            "fil_heartbeat_network_nodes_in_dispute",
            "fil_heartbeat_network_fleet_forked",
            "fil_heartbeat_clock_suspected",
            "fil_heartbeat_network_finality_conflict",
            "fil_heartbeat_history_queue_length",
            "fil_heartbeat_history_failing",
            "fil_heartbeat_history_size_bytes",
            "fil_heartbeat_history_events_written_total",
            "fil_heartbeat_connections",
            "fil_heartbeat_pending_upgrades",
            "fil_heartbeat_upgrade_duration_seconds");
  }

  @Test
  void theFirstFourNamesDescribeTheFirstNetwork() {
    assertThat(exposition(1000).lines())
        .contains(
            "connected_nodes 1.0",
            "nodes_in_consensus 3.0",
            "nodes_in_dispute 1.0",
            "time_since_block_mined 42.0");
  }

  @Test
  void labelsAreEscaped() {
    assertThat(exposition(1000)).contains("nickname=\"a\\\"b\\\\c\"");
  }

  @Test
  void tooManyNodesHaveNoSeriesOfTheirOwn() {
    assertThat(exposition(0))
        .contains("fil_heartbeat_node_series_enabled 0.0", "fil_heartbeat_nodes{")
        .doesNotContain("peer_id=");
  }

  /** Any number may come: their series would fill a Prometheus and fire its rules. */
  @Test
  void strangersAreCountedAndInNoOtherSeries() {
    Node stranger =
        new Node(
            "12D3KooWStranger",
            null,
            Standing.STRANGER,
            null,
            NODE.claims(),
            List.of(),
            NODE.verdict(),
            NODE.contact());
    List<MetricSnapshot> alone =
        FleetMetrics.of(FleetFixtures.snapshot(List.of(NODE), List.of()), 1);
    List<MetricSnapshot> crowded =
        FleetMetrics.of(FleetFixtures.snapshot(List.of(NODE, stranger, stranger), List.of()), 1);
    assertThat(text(crowded))
        .isEqualTo(
            text(alone)
                .replace(
                    "fil_heartbeat_strangers_beating 0.0", "fil_heartbeat_strangers_beating 2.0"))
        .contains("fil_heartbeat_node_series_enabled 1.0");
  }

  private static String text(List<MetricSnapshot> metrics) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      PrometheusTextFormatWriter.create().write(bytes, new MetricSnapshots(metrics));
      return bytes.toString(StandardCharsets.UTF_8);
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
