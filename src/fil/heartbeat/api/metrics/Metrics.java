package fil.heartbeat.api.metrics;

import fil.heartbeat.sender.SenderStatus;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The metrics that every process has, and helpers to make metrics. */
final class Metrics {
  static final String PREFIX = "fil_heartbeat_";

  private Metrics() {}

  static List<MetricSnapshot> of(String version, List<SenderStatus> senders) {
    List<MetricSnapshot> metrics = new ArrayList<>();
    metrics.add(
        gauge("build_info", "Version of this program.")
            .dataPoint(point(1, Labels.of("version", version)))
            .build());
    if (!senders.isEmpty()) {
      addSenders(metrics, senders);
    }
    return metrics;
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

  static MetricSnapshot byReason(String name, String help, Map<String, Long> counts) {
    return by("reason", name, help + " By reason.", counts);
  }

  /** A counter with one label. */
  static MetricSnapshot by(String label, String name, String help, Map<String, Long> counts) {
    CounterSnapshot.Builder counter = counter(name, help);
    counts.forEach((text, value) -> counter.dataPoint(count(value, Labels.of(label, text))));
    return counter.build();
  }

  static CounterSnapshot.Builder counter(String name, String help) {
    return CounterSnapshot.builder().name(PREFIX + name).help(help);
  }

  static GaugeSnapshot.Builder gauge(String name, String help) {
    return GaugeSnapshot.builder().name(PREFIX + name).help(help);
  }

  static CounterSnapshot.CounterDataPointSnapshot count(long value) {
    return count(value, Labels.EMPTY);
  }

  static CounterSnapshot.CounterDataPointSnapshot count(long value, Labels labels) {
    return CounterSnapshot.CounterDataPointSnapshot.builder()
        .value((double) value)
        .labels(labels)
        .build();
  }

  static GaugeSnapshot.GaugeDataPointSnapshot point(double value) {
    return point(value, Labels.EMPTY);
  }

  static GaugeSnapshot.GaugeDataPointSnapshot point(double value, Labels labels) {
    return GaugeSnapshot.GaugeDataPointSnapshot.builder().value(value).labels(labels).build();
  }
}
