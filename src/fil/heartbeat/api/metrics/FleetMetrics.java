package fil.heartbeat.api.metrics;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.aggregator.Overview;
import fil.heartbeat.aggregator.Snapshot;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.history.HistoryStats;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Metrics of the fleet: beats, nodes, networks and history. */
public final class FleetMetrics {
  private FleetMetrics() {}

  /**
   * @param maxNodeSeries with more nodes than this there are no series by {@code peer_id}
   */
  public static List<MetricSnapshot> of(Snapshot now, int maxNodeSeries) {
    List<MetricSnapshot> metrics = new ArrayList<>();
    Overview overview = now.overview();
    addIngest(metrics, overview.accounts());
    // Any number of strangers may come: they would add too many series and set off rules.
    List<Node> fleet = now.nodes().stream().filter(node -> node.standing().isMonitored()).toList();
    boolean each = fleet.size() <= maxNodeSeries;
    metrics.add(nodes(fleet));
    metrics.add(strangers(now.nodes()));
    metrics.add(
        one(
            "node_series_enabled",
            "Whether there are series by peer_id: 0 when there are too many nodes.",
            each ? 1 : 0));
    if (each) {
      addNodes(metrics, fleet);
      ExtendedMetrics.addNodes(metrics, fleet);
    }
    metrics.add(
        one(
            "warming",
            "Whether the aggregator started too recently to judge.",
            overview.warming() ? 1 : 0));
    addNetworks(metrics, overview);
    Map<String, NetworkReport> networks = new LinkedHashMap<>();
    overview.networks().forEach(report -> networks.putIfAbsent(name(report), report));
    ExtendedMetrics.addNetworks(metrics, networks);
    addFirstNames(metrics, overview, fleet);
    addHistory(metrics, overview.accounts().history());
    return metrics;
  }

  private static void addIngest(List<MetricSnapshot> metrics, Overview.Accounts now) {
    metrics.add(
        Metrics.counter("beats_received", "Beats received; accepted plus dropped.")
            .dataPoint(Metrics.count(now.beats().received()))
            .build());
    metrics.add(
        Metrics.counter("beats_accepted", "Beats that updated a node.")
            .dataPoint(Metrics.count(now.beats().accepted()))
            .build());
    metrics.add(Metrics.byReason("beats_dropped", "Beats dropped.", now.beats().dropped()));
    metrics.add(
        Metrics.by(
            "member",
            "beat_members_dropped",
            "Optional members of beats that had an odd value.",
            now.beats().odd()));
    metrics.add(
        Metrics.counter("nodes_forgotten", "Nodes forgotten to make room for new ones.")
            .dataPoint(Metrics.count(now.forgotten()))
            .build());
  }

  private static MetricSnapshot nodes(List<Node> nodes) {
    Map<Labels, Long> groups = new HashMap<>();
    for (Node node : nodes) {
      groups.merge(
          Labels.of("network", orEmpty(node.network()), "state", node.state().label()),
          1L,
          Long::sum);
    }
    GaugeSnapshot.Builder gauge = Metrics.gauge("nodes", "Nodes by network and state.");
    groups.forEach((labels, count) -> gauge.dataPoint(Metrics.point((double) count, labels)));
    return gauge.build();
  }

  private static MetricSnapshot strangers(List<Node> nodes) {
    return one(
        "strangers_beating",
        "Nodes that beat and that neither expected nor allow names; in no other series.",
        (double)
            nodes.stream()
                .filter(node -> node.standing() == Standing.STRANGER && node.state().isBeating())
                .count());
  }

  private static void addNodes(List<MetricSnapshot> metrics, List<Node> nodes) {
    GaugeSnapshot.Builder info = Metrics.gauge("node_info", "What a node says of itself.");
    GaugeSnapshot.Builder height = Metrics.gauge("node_head_height", "Height of a node's head.");
    GaugeSnapshot.Builder lag = Metrics.gauge("node_lag_epochs", "Epochs that a node is late.");
    GaugeSnapshot.Builder last =
        Metrics.gauge("node_last_beat_timestamp_seconds", "When a node's last beat came.");
    GaugeSnapshot.Builder state =
        Metrics.gauge("node_state", "1 for the state that a node is in; no series for the others.");
    for (Node node : nodes) {
      Labels peer = Labels.of("peer_id", node.peerId());
      info.dataPoint(
          Metrics.point(
              1,
              Labels.of(
                  "peer_id", node.peerId(),
                  "nickname", orEmpty(node.claims().nickname()),
                  "miner", orEmpty(node.claims().minerAddress()),
                  "network", orEmpty(node.network()))));
      state.dataPoint(
          Metrics.point(1, Labels.of("peer_id", node.peerId(), "state", node.state().label())));
      add(height, node.claims().height(), peer);
      add(lag, node.verdict().lagEpochs(), peer);
      Instant beat = node.contact().lastBeat();
      if (beat != null) {
        last.dataPoint(Metrics.point(beat.toEpochMilli() / 1e3, peer));
      }
    }
    List.of(info, height, lag, last, state).forEach(gauge -> metrics.add(gauge.build()));
  }

  private static void addNetworks(List<MetricSnapshot> metrics, Overview now) {
    GaugeSnapshot.Builder block =
        Metrics.gauge(
            "network_newest_block_timestamp_seconds", "When the epoch of the best head began.");
    GaugeSnapshot.Builder height =
        Metrics.gauge("network_best_height", "The highest credible height.");
    GaugeSnapshot.Builder lag =
        Metrics.gauge("network_lag_epochs", "Epochs that the best head is behind the clock.");
    GaugeSnapshot.Builder voters = Metrics.gauge("network_voters", "Nodes with a vote.");
    GaugeSnapshot.Builder agree =
        Metrics.gauge("network_nodes_in_consensus", "Nodes on the branch with most votes.");
    GaugeSnapshot.Builder dispute =
        Metrics.gauge("network_nodes_in_dispute", "Nodes on another branch than most votes.");
    GaugeSnapshot.Builder forked =
        Metrics.gauge("network_fleet_forked", "Whether the fleet differs from its reference.");
    GaugeSnapshot.Builder clock =
        Metrics.gauge("clock_suspected", "Whether our clock differs from that of most nodes.");
    for (NetworkReport report : now.networks()) {
      Labels labels = Labels.of("network", name(report));
      Instant newest = report.clock().newestBlock();
      if (newest != null) {
        block.dataPoint(Metrics.point(newest.toEpochMilli() / 1e3, labels));
      }
      add(height, report.heights().best(), labels);
      add(lag, report.heights().lag(), labels);
      voters.dataPoint(Metrics.point(report.votes().voters(), labels));
      agree.dataPoint(Metrics.point(report.votes().inConsensus(), labels));
      dispute.dataPoint(Metrics.point(report.votes().inDispute(), labels));
      forked.dataPoint(Metrics.point(report.fleetForked() ? 1 : 0, labels));
      clock.dataPoint(Metrics.point(report.clockSuspected() ? 1 : 0, labels));
    }
    List.of(block, height, lag, voters, agree, dispute, forked, clock)
        .forEach(gauge -> metrics.add(gauge.build()));
  }

  /** Returns the name of a network, or its genesis where it has none. */
  private static String name(NetworkReport report) {
    String name = report.network();
    return name == null ? orEmpty(report.genesisCid()) : name;
  }

  /** Adds the four metrics under the names of the first aggregator, for the first network. */
  private static void addFirstNames(List<MetricSnapshot> metrics, Overview now, List<Node> fleet) {
    metrics.add(
        bare(
            "connected_nodes",
            "Nodes with an open heartbeat stream.",
            (double) fleet.stream().filter(Node::connected).count()));
    NetworkReport first = now.networks().isEmpty() ? null : now.networks().get(0);
    metrics.add(
        bare(
            "nodes_in_consensus",
            "Nodes on the branch with most votes.",
            first == null ? 0 : first.votes().inConsensus()));
    metrics.add(
        bare(
            "nodes_in_dispute",
            "Nodes on another branch than most votes.",
            first == null ? 0 : first.votes().inDispute()));
    Instant newest = first == null ? null : first.clock().newestBlock();
    if (newest != null) {
      metrics.add(
          bare(
              "time_since_block_mined",
              "Seconds since the epoch of the best head began.",
              Duration.between(newest, now.at()).toMillis() / 1e3));
    }
  }

  private static void addHistory(List<MetricSnapshot> metrics, HistoryStats history) {
    metrics.add(one("history_queue_length", "Events waiting to be written.", history.waiting()));
    metrics.add(
        one(
            "history_failing",
            "Whether history cannot be written now.",
            history.fault().isPresent() ? 1 : 0));
    metrics.add(
        one("history_size_bytes", "Size of the history's files.", (double) history.bytes()));
    metrics.add(
        Metrics.counter("history_events_written", "Events written.")
            .dataPoint(Metrics.count(history.written()))
            .build());
    metrics.add(
        Metrics.byReason("history_events_dropped", "Events not written.", history.dropped()));
  }

  private static void add(GaugeSnapshot.Builder gauge, @Nullable Long value, Labels labels) {
    if (value != null) {
      gauge.dataPoint(Metrics.point((double) value, labels));
    }
  }

  private static MetricSnapshot one(String name, String help, double value) {
    return Metrics.gauge(name, help).dataPoint(Metrics.point(value)).build();
  }

  private static MetricSnapshot bare(String name, String help, double value) {
    return GaugeSnapshot.builder().name(name).help(help).dataPoint(Metrics.point(value)).build();
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
