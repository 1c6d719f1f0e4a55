package fil.heartbeat.api.metrics;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.wire.Extras;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The proofs of miners, of which several nodes may report. Mutable.
 *
 * <p>All values of a miner are from one report, and so is their age: the newest of a node that can
 * be relied on, without one the newest of all. A node that is late reports the deadline of before.
 */
final class MinerMetrics {

  /**
   * What one node reports.
   *
   * @param well whether a miner can rely on the node
   */
  private record Report(boolean well, Extras.Proving proving) {}

  /** The best one comes last; of two of the same age the worse of the later deadline. */
  private static final Comparator<Report> BY_WORTH =
      Comparator.comparing(Report::well)
          .thenComparing(each -> each.proving().age(), Comparator.reverseOrder())
          .thenComparing(each -> each.proving().close())
          .thenComparing(each -> each.proving().unproven());

  private final Map<Labels, Double> nodes = new HashMap<>();
  private final Map<Labels, Double> ages = new HashMap<>();
  private final Map<Labels, Report> best = new HashMap<>();

  /** The best report that counts faults: a node may not have answered about them. */
  private final Map<Labels, Report> counting = new HashMap<>();

  void take(Node node, Extras.Proving proving) {
    Labels own = Labels.of("miner", proving.miner(), "peer_id", node.peerId());
    nodes.put(own, 1.0);
    ages.put(own, (double) proving.age());
    Labels miner = Labels.of("miner", proving.miner());
    Report report = new Report(node.verdict().isReliable(), proving);
    best.merge(miner, report, MinerMetrics::better);
    if (proving.faults() != null) {
      counting.merge(miner, report, MinerMetrics::better);
    }
  }

  private static Report better(Report one, Report other) {
    return BY_WORTH.compare(one, other) < 0 ? other : one;
  }

  void addTo(List<MetricSnapshot> metrics) {
    add(metrics, "miner_node_info", "Which nodes report what a miner must prove.", nodes);
    add(metrics, "miner_answer_age_seconds", "How long ago the node answered.", ages);
    add(
        metrics,
        "miner_deadline_close_epoch",
        "Epoch at which a miner's present deadline closes.",
        values(best, Extras.Proving::close));
    add(
        metrics,
        "miner_unproven_partitions",
        "Partitions to prove before the deadline closes.",
        values(best, Extras.Proving::unproven));
    add(
        metrics,
        "miner_unproven_age_seconds",
        "How long ago the node answered that these partitions are from.",
        values(best, Extras.Proving::age));
    add(
        metrics,
        "miner_faulty_sectors",
        "Faulty sectors of a miner.",
        values(counting, each -> each.faults() == null ? 0 : each.faults()));
  }

  private static Map<Labels, Double> values(
      Map<Labels, Report> reports, ToDoubleFunction<Extras.Proving> value) {
    Map<Labels, Double> values = new HashMap<>();
    reports.forEach((miner, each) -> values.put(miner, value.applyAsDouble(each.proving())));
    return values;
  }

  private static void add(
      List<MetricSnapshot> metrics, String name, String help, Map<Labels, Double> values) {
    GaugeSnapshot.Builder gauge = Metrics.gauge(name, help);
    ExtendedMetrics.addAll(gauge, values);
    metrics.add(gauge.build());
  }
}
