package fil.heartbeat.api;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.aggregator.Snapshot;
import fil.heartbeat.libp2p.HostStats;
import fil.heartbeat.sender.SenderStatus;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Our metrics, computed at scrape from one consistent state. */
final class Metrics {
  private static final String PREFIX = "fil_heartbeat_";

  private Metrics() {}

  static List<MetricSnapshot> of(
      String version, Optional<Snapshot> aggregator, List<SenderStatus> senders) {
    List<MetricSnapshot> metrics = new ArrayList<>();
    metrics.add(
        gauge("build_info", "Version of this program.")
            .dataPoint(point(1, Labels.of("version", version)))
            .build());
    aggregator.ifPresent(snapshot -> addAggregator(metrics, snapshot));
    if (!senders.isEmpty()) {
      addSenders(metrics, senders);
    }
    return metrics;
  }

  private static void addAggregator(List<MetricSnapshot> metrics, Snapshot snapshot) {
    metrics.add(
        counter("beats_received", "Beats received; accepted plus dropped.")
            .dataPoint(count(snapshot.counts().received(), Labels.EMPTY))
            .build());
    metrics.add(
        counter("beats_accepted", "Beats that updated a node.")
            .dataPoint(count(snapshot.counts().accepted(), Labels.EMPTY))
            .build());
    metrics.add(byReason("beats_dropped", "Beats dropped.", snapshot.counts().dropped()));
    metrics.add(
        counter("nodes_forgotten", "Nodes forgotten to make room for new ones.")
            .dataPoint(count(snapshot.forgotten(), Labels.EMPTY))
            .build());
    metrics.add(nodes(snapshot.nodes()));
    metrics.add(
        GaugeSnapshot.builder()
            .name("connected_nodes")
            .help("Nodes with an open heartbeat stream.")
            .dataPoint(
                point(
                    (double) snapshot.nodes().stream().filter(Node::connected).count(),
                    Labels.EMPTY))
            .build());
    addHost(metrics, snapshot.host());
  }

  private static MetricSnapshot nodes(List<Node> nodes) {
    Map<Labels, Long> groups = new HashMap<>();
    for (Node node : nodes) {
      groups.merge(
          Labels.of("network", orEmpty(node.network()), "state", node.state().word()),
          1L,
          Long::sum);
    }
    GaugeSnapshot.Builder gauge = gauge("nodes", "Nodes by network and state.");
    groups.forEach((labels, nodeCount) -> gauge.dataPoint(point((double) nodeCount, labels)));
    return gauge.build();
  }

  private static void addHost(List<MetricSnapshot> metrics, HostStats host) {
    metrics.add(
        gauge("connections", "Upgraded connections open now.")
            .dataPoint(point(host.connections(), Labels.EMPTY))
            .build());
    metrics.add(
        gauge("pending_upgrades", "Connections being upgraded now.")
            .dataPoint(point(host.pendingUpgrades(), Labels.EMPTY))
            .build());
    metrics.add(byReason("sockets_refused", "Sockets refused by a limit.", host.refused()));
    metrics.add(byReason("upgrades_failed", "Upgrades that failed.", host.failedUpgrades()));
    metrics.add(byReason("streams_refused", "Streams refused or reset.", host.streamsRefused()));
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    long below = 0;
    for (int i = 0; i < host.upgradeSecondsBuckets().size(); i++) {
      long upTo = host.upgradeSecondsBuckets().get(i);
      double bound =
          i < HostStats.UPGRADE_BUCKETS.size()
              ? HostStats.UPGRADE_BUCKETS.get(i).toNanos() / 1e9
              : Double.POSITIVE_INFINITY;
      buckets.bucket(bound, upTo - below);
      below = upTo;
    }
    metrics.add(
        HistogramSnapshot.builder()
            .name(PREFIX + "upgrade_duration_seconds")
            .help("Time from an open socket to a usable connection.")
            .dataPoint(
                HistogramSnapshot.HistogramDataPointSnapshot.builder()
                    .classicHistogramBuckets(buckets.build())
                    .sum(host.upgradeSecondsSum())
                    .build())
            .build());
  }

  private static void addSenders(List<MetricSnapshot> metrics, List<SenderStatus> senders) {
    CounterSnapshot.Builder sent = counter("sender_beats_sent", "Beats written to the target.");
    CounterSnapshot.Builder skipped = counter("sender_beats_skipped", "Beats that were not sent.");
    GaugeSnapshot.Builder connected =
        gauge("sender_connected", "Whether a stream to the target is open.");
    GaugeSnapshot.Builder head =
        gauge("source_head_timestamp_seconds", "When the head was last read from the node.");
    for (SenderStatus sender : senders) {
      Labels labels =
          Labels.of("target", sender.target(), "sender", sender.localPeerId().orElse(""));
      sent.dataPoint(count(sender.beatsSent(), labels));
      sender
          .headAsOf()
          .ifPresent(readAt -> head.dataPoint(point(readAt.toEpochMilli() / 1e3, labels)));
      connected.dataPoint(point(sender.connected() ? 1 : 0, labels));
      sender
          .skipped()
          .forEach(
              (reason, beats) ->
                  skipped.dataPoint(count(beats, labels.merge(Labels.of("reason", reason)))));
    }
    metrics.add(sent.build());
    metrics.add(skipped.build());
    metrics.add(connected.build());
    metrics.add(head.build());
  }

  private static MetricSnapshot byReason(String name, String help, Map<String, Long> counts) {
    CounterSnapshot.Builder counter = counter(name, help + " By reason.");
    counts.forEach((reason, value) -> counter.dataPoint(count(value, Labels.of("reason", reason))));
    return counter.build();
  }

  private static CounterSnapshot.Builder counter(String name, String help) {
    return CounterSnapshot.builder().name(PREFIX + name).help(help);
  }

  private static GaugeSnapshot.Builder gauge(String name, String help) {
    return GaugeSnapshot.builder().name(PREFIX + name).help(help);
  }

  private static CounterSnapshot.CounterDataPointSnapshot count(long value, Labels labels) {
    return CounterSnapshot.CounterDataPointSnapshot.builder()
        .value((double) value)
        .labels(labels)
        .build();
  }

  private static GaugeSnapshot.GaugeDataPointSnapshot point(double value, Labels labels) {
    return GaugeSnapshot.GaugeDataPointSnapshot.builder().value(value).labels(labels).build();
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
