package fil.heartbeat.api.rest;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.ResolvedAlert;
import fil.heartbeat.alert.model.Silence;
import fil.heartbeat.api.http.Csv;
import fil.heartbeat.api.http.Times;
import fil.heartbeat.config.SelectorReader;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Alerts and silences as JSON and CSV, in the form of the HTTP contract. */
public final class AlertJson {
  /** Columns of an alert in CSV, in order; {@code nickname} is the label. */
  static final List<String> COLUMNS =
      List.of(
          "id",
          "rule",
          "status",
          "severity",
          "peerId",
          "nickname",
          "network",
          "activeAt",
          "startsAt",
          "endsAt",
          "durationSeconds",
          "acknowledgedBy",
          "summary",
          "detail");

  private AlertJson() {}

  public static JsonObject alert(Alert alert) {
    return alert(
            alert.id(),
            alert.rule().label(),
            alert.status(),
            alert.severity().label(),
            alert.peerId(),
            alert.startsAt(),
            alert.endsAt(),
            alert.summary())
        .put("activeAt", Times.text(alert.activeAt()))
        .put("detail", alert.detail())
        .put("labels", new JsonObject(new TreeMap<String, Object>(alert.labels())))
        .put("heldBy", alert.suppressedBy())
        .put(
            "acknowledgement",
            alert.acknowledgement() == null
                ? null
                : acknowledgement(ResolvedAlert.Acknowledged.of(alert.acknowledgement())))
        .put("sentTo", sentTo(delivered(alert)));
  }

  private static JsonObject alert(
      String id,
      String rule,
      AlertStatus status,
      String severity,
      @Nullable String peerId,
      @Nullable Instant startsAt,
      @Nullable Instant endsAt,
      String summary) {
    return new JsonObject()
        .put("id", id)
        .put("rule", rule)
        .put("status", status.label())
        .put("severity", severity)
        .put("peerId", peerId)
        .put("startsAt", Times.text(startsAt))
        .put("endsAt", Times.text(endsAt))
        .put("summary", summary)
        .put(
            "durationSeconds",
            startsAt == null || endsAt == null
                ? null
                : Duration.between(startsAt, endsAt).toMillis() / 1e3);
  }

  private static @Nullable JsonObject acknowledgement(ResolvedAlert.@Nullable Acknowledged by) {
    return by == null
        ? null
        : new JsonObject()
            .put("by", by.by())
            .put("at", Times.text(by.at()))
            .put("comment", by.comment());
  }

  private static Map<String, ResolvedAlert.Delivered> delivered(Alert alert) {
    Map<String, ResolvedAlert.Delivered> known = new TreeMap<>();
    alert.deliveries().forEach((sink, last) -> known.put(sink, ResolvedAlert.Delivered.of(last)));
    return known;
  }

  private static JsonArray sentTo(Map<String, ResolvedAlert.Delivered> deliveries) {
    JsonArray sinks = new JsonArray();
    new TreeMap<>(deliveries)
        .forEach(
            (sink, what) ->
                sinks.add(
                    new JsonObject()
                        .put("sink", sink)
                        .put("status", what.status())
                        .put("at", Times.text(what.at()))));
    return sinks;
  }

  /**
   * Returns a resolved alert as JSON.
   *
   * @param live the same alert while a notification of its end is still pending; it knows the
   *     latest deliveries
   */
  static JsonObject resolved(ResolvedAlert alert, @Nullable Alert live) {
    ResolvedAlert.Details details = alert.details().get();
    JsonObject labels = new JsonObject();
    details.labels().forEach(labels::put);
    return alert(
            alert.id(),
            alert.rule(),
            AlertStatus.RESOLVED,
            alert.severity(),
            alert.peerId(),
            alert.startsAt(),
            alert.endsAt(),
            details.text().summary())
        .put("activeAt", Times.text(details.activeAt()))
        .put("detail", details.text().detail())
        .put("labels", labels)
        .put("heldBy", null)
        .put("acknowledgement", acknowledgement(details.acknowledgement()))
        .put("sentTo", sentTo(live == null ? details.deliveries() : delivered(live)));
  }

  static JsonObject silence(Silence silence, Instant now) {
    String status = now.isBefore(silence.startsAt()) ? "pending" : "ended";
    return new JsonObject()
        .put("id", silence.id())
        .put("status", silence.holds(now) ? "active" : status)
        .put("select", SelectorReader.write(silence.select()))
        .put("startsAt", Times.text(silence.startsAt()))
        .put("endsAt", Times.text(silence.endsAt()))
        .put("author", silence.author())
        .put("comment", silence.comment());
  }

  /** Returns a CSV line for an alert in JSON. */
  static String csv(JsonObject alert) {
    JsonObject labels = alert.getJsonObject("labels");
    JsonObject by = alert.getJsonObject("acknowledgement");
    return Csv.line(
        COLUMNS.stream()
            .map(
                column ->
                    switch (column) {
                      case "nickname", "network" -> labels.getValue(column);
                      case "acknowledgedBy" -> by == null ? null : by.getValue("by");
                      default -> alert.getValue(column);
                    })
            .toList());
  }
}
