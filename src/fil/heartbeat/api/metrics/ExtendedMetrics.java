package fil.heartbeat.api.metrics;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.fleet.Finality;
import fil.heartbeat.fleet.Findings;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.wire.Extras;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Metrics of what nodes send beside their heads. */
final class ExtendedMetrics {
  private static final double ATTO_FIL = 1e18;

  private ExtendedMetrics() {}

  static void addNodes(List<MetricSnapshot> metrics, List<Node> nodes) {
    GaugeSnapshot.Builder client =
        Metrics.gauge("node_client_info", "The program that a node runs, and its version.");
    GaugeSnapshot.Builder start =
        Metrics.gauge(
            "node_start_timestamp_seconds", "When a node's program started, by its own clock.");
    GaugeSnapshot.Builder lag =
        Metrics.gauge(
            "node_finality_lag_epochs", "Epochs from a node's head to its finalized tipset.");
    GaugeSnapshot.Builder peers = Metrics.gauge("node_peers", "Peers that a node can publish to.");
    GaugeSnapshot.Builder rpc =
        Metrics.gauge("node_rpc_seconds", "How long a node took to answer with its head.");
    GaugeSnapshot.Builder ready =
        Metrics.gauge(
            "node_upgrade_ready", "Whether a node knows every upgrade that two other nodes know.");
    GaugeSnapshot.Builder missing =
        Metrics.gauge(
            "node_missing_upgrade_timestamp_seconds",
            "When the upgrade starts that a node does not know, or did not follow.");
    GaugeSnapshot.Builder balance =
        Metrics.gauge("node_balance_fil", "Balance of a wallet or a miner, in FIL.");
    GaugeSnapshot.Builder pending =
        Metrics.gauge("node_pending_messages", "Messages of a wallet that wait in the pool.");
    GaugeSnapshot.Builder balanceAge =
        Metrics.gauge("node_balance_age_seconds", "How long ago the node answered.");
    GaugeSnapshot.Builder pendingAge =
        Metrics.gauge("node_pending_messages_age_seconds", "How long ago the node answered.");
    GaugeSnapshot.Builder nonce =
        Metrics.gauge("node_nonce", "Nonce of a wallet on the chain, as a node sees it.");
    MinerMetrics miners = new MinerMetrics();
    for (Node node : nodes) {
      Extras extras = node.extras();
      Labels peer = Labels.of("peer_id", node.peerId());
      if (extras.client() != null || extras.version() != null) {
        client.dataPoint(
            Metrics.point(
                1,
                Labels.of(
                    "peer_id",
                    node.peerId(),
                    "client",
                    orEmpty(extras.client()),
                    "version",
                    orEmpty(extras.version()))));
      }
      if (extras.startTime() != null) {
        start.dataPoint(Metrics.point((double) extras.startTime().getEpochSecond(), peer));
      }
      add(lag, node.findings().finalityLag(), peer);
      add(peers, extras.peers(), peer);
      if (extras.rpcMillis() != null) {
        rpc.dataPoint(Metrics.point(extras.rpcMillis() / 1e3, peer));
      }
      if (node.findings().upgradesCompared()) {
        Findings.Missing first = node.findings().missing();
        ready.dataPoint(Metrics.point(first == null ? 1 : 0, peer));
        if (first != null && first.at() != null) {
          missing.dataPoint(Metrics.point((double) first.at().getEpochSecond(), peer));
        }
      }
      Map<Labels, Double> own = new HashMap<>();
      Map<Labels, Double> ownAges = new HashMap<>();
      for (Extras.Balance each : extras.balances()) {
        Labels wallet =
            Labels.of("peer_id", node.peerId(), "address", each.address(), "role", each.role());
        own.put(wallet, each.attoFil().doubleValue() / ATTO_FIL);
        ownAges.put(wallet, (double) each.age());
      }
      addAll(balance, own);
      addAll(balanceAge, ownAges);
      Map<Labels, Double> waiting = new HashMap<>();
      Map<Labels, Double> waitingAges = new HashMap<>();
      Map<Labels, Double> nonces = new HashMap<>();
      for (Extras.Pending each : extras.pendingMessages()) {
        Labels wallet = Labels.of("peer_id", node.peerId(), "address", each.address());
        waiting.put(wallet, (double) each.count());
        waitingAges.put(wallet, (double) each.age());
        nonces.put(wallet, (double) each.nonce());
      }
      addAll(pending, waiting);
      addAll(pendingAge, waitingAges);
      addAll(nonce, nonces);
      extras.proving().forEach(each -> miners.take(node, each));
    }
    List.of(client, start, lag, peers, rpc, ready, missing, balance, balanceAge, pending)
        .forEach(gauge -> metrics.add(gauge.build()));
    List.of(pendingAge, nonce).forEach(gauge -> metrics.add(gauge.build()));
    miners.addTo(metrics);
  }

  static void addNetworks(List<MetricSnapshot> metrics, Map<String, NetworkReport> networks) {
    GaugeSnapshot.Builder lag =
        Metrics.gauge(
            "network_finality_lag_epochs", "Median of the epochs from head to finalized tipset.");
    GaugeSnapshot.Builder conflict =
        Metrics.gauge(
            "network_finality_conflict", "Whether two tipsets were finalized at one height.");
    GaugeSnapshot.Builder nodes =
        Metrics.gauge("network_release_nodes", "Nodes that run a release.");
    GaugeSnapshot.Builder notReady =
        Metrics.gauge(
            "network_upgrade_not_ready_nodes", "Nodes that do not know an upgrade that others do.");
    GaugeSnapshot.Builder at =
        Metrics.gauge("network_upgrade_timestamp_seconds", "When an upgrade starts.");
    networks.forEach(
        (name, report) -> {
          Labels network = Labels.of("network", name);
          Finality finality = report.extended().finality();
          add(lag, finality.lag(), network);
          conflict.dataPoint(Metrics.point(finality.conflict() == null ? 0 : 1, network));
          report
              .extended()
              .releases()
              .forEach(
                  each ->
                      nodes.dataPoint(
                          Metrics.point(
                              each.nodes(),
                              Labels.of(
                                  "network",
                                  name,
                                  "client",
                                  each.client(),
                                  "release",
                                  each.release()))));
          report
              .extended()
              .upgrades()
              .forEach(
                  each -> {
                    Labels labels =
                        Labels.of(
                            "network",
                            name,
                            "upgrade",
                            each.name(),
                            "height",
                            String.valueOf(each.height()));
                    notReady.dataPoint(Metrics.point(each.notReadyCount(), labels));
                    if (each.at() != null) {
                      at.dataPoint(Metrics.point((double) each.at().getEpochSecond(), labels));
                    }
                  });
        });
    List.of(lag, conflict, nodes, notReady, at).forEach(gauge -> metrics.add(gauge.build()));
  }

  private static void add(GaugeSnapshot.Builder gauge, @Nullable Number value, Labels labels) {
    if (value != null) {
      gauge.dataPoint(Metrics.point(value.doubleValue(), labels));
    }
  }

  /** Two values with the same labels are an error: a node may name an address twice. */
  static void addAll(GaugeSnapshot.Builder gauge, Map<Labels, Double> values) {
    values.forEach((labels, value) -> gauge.dataPoint(Metrics.point(value, labels)));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
