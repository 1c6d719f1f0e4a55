package fil.heartbeat.api.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStats;
import fil.heartbeat.alert.model.AlertStats.CanaryStats;
import fil.heartbeat.alert.model.AlertStats.SinkStats;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.testing.FakeAlerts;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AlertMetricsTest {
  private static final Alert FIRING =
      FakeAlerts.firing("one", AlertRule.NODE_FORKED, Severity.CRITICAL, "p");
  private static final SinkStats OPS =
      new SinkStats("ops", "webhook", 7, Map.of("TIMEOUT", 2L), 3, "no answer", null);

  private static String exposition(List<Alert> alerts, @Nullable CanaryStats canary)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create()
        .write(
            bytes,
            new MetricSnapshots(
                AlertMetrics.of(
                    alerts,
                    new AlertStats(Map.of("expired", 4L), 0.25, 3, null, List.of(OPS), canary))));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void everyMetricHasItsName() throws IOException {
    CanaryStats canary = new CanaryStats(true, Instant.ofEpochMilli(1_500), 1, 2, 3);
    assertThat(
            exposition(List.of(FIRING), canary)
                .lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" ", -1)[2]))
        .containsExactlyInAnyOrder(
            "fil_heartbeat_alerts",
            "fil_heartbeat_alert_evaluation_seconds",
            "fil_heartbeat_alert_rounds_failed_total",
            "fil_heartbeat_alert_notifications_total",
            "fil_heartbeat_alert_notification_failures_total",
            "fil_heartbeat_alert_waiting",
            "fil_heartbeat_alerts_dropped_total",
            "fil_heartbeat_canary_healthy",
            "fil_heartbeat_canary_last_success_timestamp_seconds",
            "fil_heartbeat_canary_stage_seconds");
  }

  @Test
  void everyRowExistsBeforeItsFirstCount() throws IOException {
    assertThat(exposition(List.of(), null).lines())
        .contains(
            "fil_heartbeat_alert_notifications_total{sink=\"ops\"} 7.0",
            "fil_heartbeat_alert_notification_failures_total{kind=\"timeout\",sink=\"ops\"} 2.0",
            "fil_heartbeat_alert_notification_failures_total{kind=\"refused\",sink=\"ops\"} 0.0",
            "fil_heartbeat_alert_waiting{sink=\"ops\"} 3.0",
            "fil_heartbeat_alerts_dropped_total{reason=\"expired\"} 4.0",
            "fil_heartbeat_alert_evaluation_seconds 0.25",
            "fil_heartbeat_alert_rounds_failed_total 3.0",
            "fil_heartbeat_canary_healthy 0.0");
  }

  @Test
  void alertsAreCountedByRuleSeverityAndStatus() throws IOException {
    Alert over =
        FakeAlerts.with(
            FakeAlerts.firing("two", AlertRule.NODE_SILENT, Severity.WARNING, "q"),
            AlertStatus.RESOLVED,
            null);
    Alert other = FakeAlerts.firing("three", AlertRule.NODE_FORKED, Severity.CRITICAL, "q");
    assertThat(exposition(List.of(FIRING, other, over), null))
        .contains(
            "fil_heartbeat_alerts{rule=\"NodeForked\",severity=\"critical\",status=\"firing\"} 2.0")
        .doesNotContain("NodeSilent");
  }

  @Test
  void theCanaryShowsItsStages() throws IOException {
    CanaryStats canary = new CanaryStats(false, Instant.ofEpochMilli(1_500), 1, 2, 3);
    assertThat(exposition(List.of(), canary).lines())
        .contains(
            "fil_heartbeat_canary_healthy 0.0",
            "fil_heartbeat_canary_last_success_timestamp_seconds 1.5",
            "fil_heartbeat_canary_stage_seconds{stage=\"visible\"} 1.0",
            "fil_heartbeat_canary_stage_seconds{stage=\"rule\"} 2.0",
            "fil_heartbeat_canary_stage_seconds{stage=\"delivered\"} 3.0");
  }
}
