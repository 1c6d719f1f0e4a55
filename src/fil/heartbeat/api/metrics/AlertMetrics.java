package fil.heartbeat.api.metrics;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertStats;
import fil.heartbeat.alert.model.AlertStats.CanaryStats;
import fil.heartbeat.alert.model.AlertStats.SinkStats;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.DeliveryException;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Metrics of the alerts, the sinks and the canary. */
final class AlertMetrics {
  private AlertMetrics() {}

  static List<MetricSnapshot> of(List<Alert> alerts, AlertStats stats) {
    List<MetricSnapshot> metrics = new ArrayList<>();
    metrics.add(alerts(alerts));
    metrics.add(
        Metrics.gauge("alert_evaluation_seconds", "How long the last evaluation of all rules took.")
            .dataPoint(Metrics.point(stats.evaluationSeconds()))
            .build());
    metrics.add(
        Metrics.counter("alert_rounds_failed", "Evaluations of all rules that failed.")
            .dataPoint(Metrics.count(stats.roundsFailed()))
            .build());
    addSinks(metrics, stats.sinks());
    metrics.add(
        Metrics.byReason("alerts_dropped", "Alerts not stored or not sent.", stats.dropped()));
    addCanary(metrics, stats);
    return metrics;
  }

  private static MetricSnapshot alerts(List<Alert> alerts) {
    Map<Labels, Long> groups = new HashMap<>();
    for (Alert alert : alerts) {
      if (alert.status() != AlertStatus.RESOLVED) {
        groups.merge(
            Labels.of(
                "rule", alert.rule().label(),
                "severity", alert.severity().label(),
                "status", alert.status().label()),
            1L,
            Long::sum);
      }
    }
    GaugeSnapshot.Builder gauge =
        Metrics.gauge("alerts", "Alerts pending and firing; no series for what there is not.");
    groups.forEach((labels, count) -> gauge.dataPoint(Metrics.point((double) count, labels)));
    return gauge.build();
  }

  private static void addSinks(List<MetricSnapshot> metrics, List<SinkStats> sinks) {
    CounterSnapshot.Builder delivered =
        Metrics.counter("alert_notifications", "Notifications that a sink took.");
    CounterSnapshot.Builder failed =
        Metrics.counter(
            "alert_notification_failures", "Attempts to notify a sink that failed, by kind.");
    GaugeSnapshot.Builder waiting =
        Metrics.gauge("alert_waiting", "Alerts that a sink has not received yet.");
    for (SinkStats sink : sinks) {
      Labels labels = Labels.of("sink", sink.name());
      delivered.dataPoint(Metrics.count(sink.delivered(), labels));
      waiting.dataPoint(Metrics.point(sink.waiting(), labels));
      failures(sink)
          .forEach(
              (kind, count) ->
                  failed.dataPoint(Metrics.count(count, labels.merge(Labels.of("kind", kind)))));
    }
    metrics.add(delivered.build());
    metrics.add(failed.build());
    metrics.add(waiting.build());
  }

  /** Returns a row for each kind, so that a rule can see the first failure as a step from 0. */
  private static Map<String, Long> failures(SinkStats sink) {
    Map<String, Long> kinds = new TreeMap<>();
    for (DeliveryException.Kind kind : DeliveryException.Kind.values()) {
      kinds.put(kind.name().toLowerCase(Locale.ROOT), 0L);
    }
    sink.failed()
        .forEach((kind, count) -> kinds.merge(kind.toLowerCase(Locale.ROOT), count, Long::sum));
    return kinds;
  }

  private static void addCanary(List<MetricSnapshot> metrics, AlertStats stats) {
    CanaryStats canary = stats.canary();
    metrics.add(
        Metrics.gauge(
                "canary_healthy",
                "Whether a beat of the canary became a notification lately: 0 until the first did.")
            .dataPoint(Metrics.point(canary != null && canary.healthy() ? 1 : 0))
            .build());
    if (canary == null) {
      return;
    }
    metrics.add(
        Metrics.gauge(
                "canary_last_success_timestamp_seconds", "When the canary's last round ended.")
            .dataPoint(Metrics.point(canary.endedAt().toEpochMilli() / 1e3))
            .build());
    metrics.add(
        Metrics.gauge(
                "canary_stage_seconds",
                "Time from the canary's beat to a stage, in the last round.")
            .dataPoint(Metrics.point(canary.visibleSeconds(), Labels.of("stage", "visible")))
            .dataPoint(Metrics.point(canary.ruleSeconds(), Labels.of("stage", "rule")))
            .dataPoint(Metrics.point(canary.deliveredSeconds(), Labels.of("stage", "delivered")))
            .build());
  }
}
