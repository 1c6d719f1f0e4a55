package fil.heartbeat.api;

import fil.heartbeat.alert.model.Acknowledgement;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.Silence;
import fil.heartbeat.config.SelectorReader;
import fil.heartbeat.history.EndedAlert;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Alerts and silences as the HTTP contract writes them. */
final class AlertJson {
  /** Of an alert in CSV, in order; {@code nickname} is the label. */
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

  static JsonObject alert(Alert alert) {
    return alert(
            alert.id(),
            alert.rule().word(),
            alert.status(),
            alert.severity().word(),
            alert.peerId(),
            alert.startsAt(),
            alert.endsAt(),
            alert.summary())
        .put("activeAt", Times.text(alert.activeAt()))
        .put("detail", alert.detail())
        .put("labels", new JsonObject(new TreeMap<String, Object>(alert.labels())))
        .put("heldBy", alert.suppressedBy())
        .put("acknowledgement", acknowledgement(alert.acknowledgement()))
        .put("sentTo", sentTo(alert.deliveries()));
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
        .put("status", status.word())
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

  private static @Nullable JsonObject acknowledgement(@Nullable Acknowledgement by) {
    return by == null
        ? null
        : new JsonObject()
            .put("by", by.by())
            .put("at", Times.text(by.at()))
            .put("comment", by.comment());
  }

  private static JsonArray sentTo(Map<String, Alert.Delivery> told) {
    JsonArray sinks = new JsonArray();
    new TreeMap<>(told)
        .forEach(
            (sink, what) ->
                sinks.add(
                    new JsonObject()
                        .put("sink", sink)
                        .put("status", what.status().word())
                        .put("at", Times.text(what.at()))));
    return sinks;
  }

  /**
   * One that is over.
   *
   * @param live the same, while somebody is still to be told that it is over: knows who was told
   */
  static JsonObject ended(EndedAlert alert, @Nullable Alert live) {
    JsonObject body = body(alert.body());
    JsonObject labels = body.getValue("labels") instanceof JsonObject known ? known : null;
    return alert(
            alert.id(),
            alert.rule(),
            AlertStatus.RESOLVED,
            alert.severity(),
            alert.peerId(),
            alert.startsAt(),
            alert.endsAt(),
            alert.summary())
        .put("activeAt", time(body.getValue("activeAt")))
        .put("detail", body.getValue("detail") instanceof String detail ? detail : null)
        .put("labels", labels == null ? new JsonObject() : labels)
        .put("heldBy", null)
        .put("acknowledgement", acknowledgement(body.getValue("acknowledgement")))
        .put("sentTo", live == null ? sentTo(body.getValue("told")) : sentTo(live.deliveries()));
  }

  private static JsonObject body(String text) {
    try {
      return new JsonObject(text);
    } catch (DecodeException e) {
      // Of another version: what the columns say is still true.
      return new JsonObject();
    }
  }

  private static @Nullable JsonObject acknowledgement(@Nullable Object kept) {
    return kept instanceof JsonObject by
        ? new JsonObject()
            .put("by", by.getValue("by"))
            .put("at", time(by.getValue("at")))
            .put("comment", by.getValue("comment"))
        : null;
  }

  private static JsonArray sentTo(@Nullable Object kept) {
    JsonArray sinks = new JsonArray();
    if (kept instanceof JsonObject told) {
      for (String sink : new TreeMap<>(told.getMap()).keySet()) {
        if (told.getValue(sink) instanceof JsonObject what) {
          sinks.add(
              new JsonObject()
                  .put("sink", sink)
                  .put("status", String.valueOf(what.getValue("status")).toLowerCase(Locale.ROOT))
                  .put("at", time(what.getValue("at"))));
        }
      }
    }
    return sinks;
  }

  private static @Nullable String time(@Nullable Object kept) {
    if (kept instanceof Number millis) {
      return Times.text(Instant.ofEpochMilli(millis.longValue()));
    }
    try {
      return kept instanceof String text ? Times.text(Instant.parse(text)) : null;
    } catch (DateTimeException e) {
      return null;
    }
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

  /** A line of CSV of an alert in JSON. */
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
