package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Severity;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Prometheus Alertmanager's API v2. Alerts are sent again each minute, and end when the repetitions
 * stop.
 */
final class AlertmanagerFormat implements Format {

  /** Alerts per request: about half a megabyte, so that it passes proxies. */
  static final int MAX_ALERTS = 500;

  /**
   * Allows three lost repetitions, and is less than the 5 minutes after which Alertmanager forgets.
   */
  static final Duration LASTS = Duration.ofMinutes(4);

  private final Optional<String> externalUrl;

  AlertmanagerFormat(Optional<String> externalUrl) {
    this.externalUrl = externalUrl;
  }

  @Override
  public HttpTarget target(String url, Optional<String> secret) {
    return HttpTarget.of(url, "/api/v2/alerts");
  }

  @Override
  public List<HttpMessage> messages(Notification notification, Optional<String> secret) {
    Map<String, String> headers =
        secret.map(token -> Map.of("Authorization", "Bearer " + token)).orElse(Map.of());
    List<JsonObject> all = new ArrayList<>();
    notification.alerts().forEach(alert -> add(alert, notification, all));
    List<HttpMessage> messages = new ArrayList<>();
    for (int from = 0; from < all.size(); from += MAX_ALERTS) {
      messages.add(
          HttpMessage.of(
              headers, new JsonArray(all.subList(from, Math.min(all.size(), from + MAX_ALERTS)))));
    }
    return messages;
  }

  private void add(Alert alert, Notification notification, List<JsonObject> all) {
    Instant end =
        alert.status().isFiring()
            ? notification.at().plus(LASTS)
            : AlertFields.endsAt(alert, notification);
    all.add(json(alert, alert.severity(), end));
    Alert.Delivery before = alert.deliveries().get(notification.sink());
    if (before != null && before.status().isFiring() && before.severity() != alert.severity()) {
      // For Alertmanager another severity is another alert: the earlier one is resolved.
      all.add(json(alert, before.severity(), notification.at()));
    }
  }

  private JsonObject json(Alert alert, Severity severity, Instant end) {
    Instant start = AlertFields.startsAt(alert);
    JsonObject json =
        new JsonObject()
            .put("labels", AlertFields.json(labels(alert, severity)))
            .put("annotations", AlertFields.json(AlertFields.annotations(alert)))
            .put("startsAt", start.toString())
            .put("endsAt", (end.isBefore(start) ? start : end).toString());
    AlertFields.link(alert, externalUrl).ifPresent(url -> json.put("generatorURL", url));
    return json;
  }

  /** One invalid name or empty value would make it reject the whole request. */
  private static Map<String, String> labels(Alert alert, Severity severity) {
    Map<String, String> labels = new TreeMap<>();
    AlertFields.labels(alert, severity)
        .forEach(
            (name, value) -> {
              if (!value.isEmpty()) {
                labels.put(name(name), value);
              }
            });
    return labels;
  }

  private static String name(String name) {
    String known = name.replaceAll("[^A-Za-z0-9_]", "_");
    return known.isEmpty() || Character.isDigit(known.charAt(0)) ? "_" + known : known;
  }
}
