package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertLabels;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.text.Untrusted;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * PagerDuty's Events API v2: one event for each alert with a new state, deduplicated by the alert's
 * id. A retry continues after the events that were accepted.
 */
final class PagerDutyFormat implements Format {

  /** PagerDuty takes 1024 characters. */
  static final int MAX_SUMMARY = 1_000;

  private final Optional<String> externalUrl;

  PagerDutyFormat(Optional<String> externalUrl) {
    this.externalUrl = externalUrl;
  }

  @Override
  public List<HttpMessage> messages(Notification notification, Optional<String> secret) {
    Set<String> news = new HashSet<>(notification.news());
    return notification.alerts().stream()
        .filter(alert -> news.contains(alert.id()))
        .map(alert -> message(alert, secret.orElse("")))
        .toList();
  }

  private HttpMessage message(Alert alert, String key) {
    boolean firing = alert.status().isFiring();
    String action = firing ? "trigger" : "resolve";
    JsonObject event =
        new JsonObject()
            .put("routing_key", key)
            .put("event_action", action)
            .put("dedup_key", alert.id());
    if (firing) {
      event.put("client", "Filecoin Heartbeat");
      AlertFields.link(alert, externalUrl).ifPresent(url -> event.put("client_url", url));
      event.put("payload", payload(alert));
    }
    return HttpMessage.of(Map.of(), event)
        .step(alert.id(), action + " " + alert.severity().label());
  }

  private static JsonObject payload(Alert alert) {
    Map<String, String> labels = AlertFields.labels(alert);
    JsonObject details = AlertFields.json(labels);
    AlertFields.annotations(alert).forEach(details::put);
    JsonObject payload =
        new JsonObject()
            .put("summary", Untrusted.cut(Untrusted.line(alert.summary()), MAX_SUMMARY))
            .put("source", source(labels))
            .put("severity", alert.severity().label())
            .put("timestamp", alert.activeAt().toString())
            .put("class", alert.rule().label());
    if (labels.containsKey(AlertLabels.NETWORK)) {
      payload.put("group", labels.get(AlertLabels.NETWORK));
    }
    return payload.put("custom_details", details);
  }

  /** The name by which people know the subject. */
  private static String source(Map<String, String> labels) {
    return Stream.of(
            AlertLabels.NICKNAME, AlertLabels.MINER, AlertLabels.PEER_ID, AlertLabels.NETWORK)
        .map(name -> labels.getOrDefault(name, ""))
        .filter(value -> !value.isBlank())
        .findFirst()
        .orElse("filecoin-heartbeat");
  }
}
