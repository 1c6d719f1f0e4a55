package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertLabels;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.text.Untrusted;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Parts of an alert that several formats share. */
final class AlertFields {
  private AlertFields() {}

  /** Sorted by name; the severity is the current one, since it can rise while an alert fires. */
  static Map<String, String> labels(Alert alert) {
    return labels(alert, alert.severity());
  }

  static Map<String, String> labels(Alert alert, Severity severity) {
    Map<String, String> labels = new TreeMap<>();
    alert.labels().forEach((name, value) -> labels.put(name, Untrusted.line(value)));
    labels.put(AlertLabels.ALERTNAME, alert.rule().label());
    labels.put(AlertLabels.SEVERITY, severity.label());
    return labels;
  }

  /** {@code summary}, and {@code description} where there is one. */
  static Map<String, String> annotations(Alert alert) {
    Map<String, String> annotations = new TreeMap<>();
    annotations.put("summary", Untrusted.line(alert.summary()));
    if (alert.detail() != null) {
      annotations.put("description", Untrusted.line(alert.detail()));
    }
    return annotations;
  }

  static Instant startsAt(Alert alert) {
    return alert.startsAt() == null ? alert.activeAt() : alert.startsAt();
  }

  /** When it was resolved. */
  static Instant endsAt(Alert alert, Notification notification) {
    return alert.endsAt() == null ? notification.at() : alert.endsAt();
  }

  /** The page of its node, or that of all alerts when it is about no node; empty without a page. */
  static Optional<String> link(Alert alert, Optional<String> externalUrl) {
    return externalUrl.map(
        url ->
            alert.peerId() == null
                ? url + "#/alerts"
                : url + "#/node/" + URLEncoder.encode(alert.peerId(), StandardCharsets.UTF_8));
  }

  /** All alerts, new ones first: a format that lists only some lists these. */
  static List<Alert> newsFirst(Notification notification) {
    Set<String> news = new HashSet<>(notification.news());
    return notification.alerts().stream()
        .sorted(Comparator.comparing(alert -> !news.contains(alert.id())))
        .toList();
  }

  static JsonObject json(Map<String, String> values) {
    JsonObject json = new JsonObject();
    values.forEach(json::put);
    return json;
  }
}
