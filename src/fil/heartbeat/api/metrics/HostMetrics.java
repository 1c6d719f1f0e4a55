package fil.heartbeat.api.metrics;

import fil.heartbeat.aggregator.CapacityUse;
import fil.heartbeat.aggregator.NodeCapacity;
import fil.heartbeat.libp2p.HostStats;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.List;

/** Metrics of the aggregator's libp2p host. */
final class HostMetrics {
  private HostMetrics() {}

  static List<MetricSnapshot> of(HostStats host) {
    List<MetricSnapshot> metrics = new ArrayList<>();
    // Includes the canary's connection: these are the sockets that the limits count, and the
    // accepted ones must remain the sum of their outcomes.
    metrics.add(
        Metrics.gauge("connections", "Upgraded connections open now, the canary's among them.")
            .dataPoint(Metrics.point(host.connections()))
            .build());
    metrics.add(
        Metrics.gauge("pending_upgrades", "Connections being upgraded now.")
            .dataPoint(Metrics.point(host.pendingUpgrades()))
            .build());
    metrics.add(Metrics.byReason("sockets_refused", "Sockets refused by a limit.", host.refused()));
    metrics.add(
        Metrics.byReason("upgrades_failed", "Upgrades that failed.", host.failedUpgrades()));
    metrics.add(
        Metrics.byReason("streams_refused", "Streams refused or reset.", host.streamsRefused()));
    metrics.add(
        Metrics.byReason(
            "violations",
            "Rules of a protocol that peers broke; an honest peer breaks none.",
            host.violations()));
    metrics.add(
        Metrics.byReason(
            "frames_ignored",
            "Yamux frames that changed nothing; honest peers send some.",
            host.framesIgnored()));
    metrics.add(upgrades(host));
    return metrics;
  }

  /** The capacity has no sample when nobody measured. */
  static List<MetricSnapshot> of(CapacityUse use) {
    GaugeSnapshot.Builder nodes =
        Metrics.gauge(
            "capacity_nodes",
            "Nodes that this process can handle by each limit: the least counts.");
    for (NodeCapacity.Limit limit : use.capacity().limits()) {
      nodes.dataPoint(Metrics.point((double) limit.nodes(), Labels.of("limit", limit.setting())));
    }
    return List.of(
        nodes.build(),
        Metrics.gauge(
                "capacity_nearly_used",
                "Whether 95 % of a limit were in use and 90 % still are, strangers left out.")
            .dataPoint(flag(use.nodesNearlyFull(), "aggregator.maxNodes"))
            .dataPoint(flag(use.connectionsNearlyFull(), "libp2p.maxConnections"))
            .dataPoint(flag(use.memoryNearlyFull(), "-Xmx"))
            .build());
  }

  private static GaugeSnapshot.GaugeDataPointSnapshot flag(boolean is, String limit) {
    return Metrics.point(is ? 1 : 0, Labels.of("limit", limit));
  }

  private static MetricSnapshot upgrades(HostStats host) {
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
    return HistogramSnapshot.builder()
        .name(Metrics.PREFIX + "upgrade_duration_seconds")
        .help("Time from an open socket to a usable connection.")
        .dataPoint(
            HistogramSnapshot.HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(buckets.build())
                .sum(host.upgradeSecondsSum())
                .build())
        .build();
  }
}
