package fil.heartbeat.alert.state;

import fil.heartbeat.alert.model.Acknowledgement;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.ResolvedAlert;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.alert.model.Silence;
import fil.heartbeat.history.AlertStore;
import fil.heartbeat.history.ResolvedRow;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The stored form: JSON text. Unknown members are ignored; most may be absent. */
public final class AlertCodec {
  private AlertCodec() {}

  public static String alert(AlertRecord record) {
    JsonObject json = new JsonObject();
    Lifecycle lifecycle = record.lifecycle();
    json.put("id", record.id())
        .put("fingerprint", record.fingerprint())
        .put("rule", record.rule().label())
        .put("subject", record.key().subject())
        .put("peerId", record.key().peerId())
        .put("network", record.network())
        .put("group", record.group())
        .put("status", lifecycle.status().label())
        .put("severity", record.severity().label())
        .put("labels", new JsonObject(new LinkedHashMap<>(record.labels())))
        .put("summary", record.text().summary())
        .put("detail", record.text().detail())
        .put("activeAt", text(lifecycle.activeAt()))
        .put("startsAt", text(lifecycle.startsAt()))
        .put("overSince", text(lifecycle.clearingSince()))
        .put("endsAt", text(lifecycle.endsAt()))
        .put("heldBy", record.suppressedBy());
    Acknowledgement ack = record.acknowledgement();
    if (ack != null) {
      json.put(
          "acknowledgement",
          new JsonObject()
              .put("by", ack.by())
              .put("at", text(ack.at()))
              .put("comment", ack.comment()));
    }
    JsonObject delivered = new JsonObject();
    record
        .deliveries()
        .delivered()
        .forEach(
            (sink, each) ->
                delivered.put(
                    sink,
                    new JsonObject()
                        .put("status", each.status().label())
                        .put("severity", each.severity().label())
                        .put("at", text(each.at()))));
    return json.put("told", delivered)
        .put("tried", new JsonArray(new ArrayList<>(record.deliveries().attempted())))
        .encode();
  }

  /**
   * Decodes a stored alert.
   *
   * @throws IllegalArgumentException when this version cannot read it
   */
  public static AlertRecord alert(String text) {
    JsonObject json = parse(text);
    AlertRule rule =
        AlertRule.named(required(json, "rule")).orElseThrow(() -> new IllegalArgumentException());
    AlertStatus status =
        AlertStatus.named(required(json, "status"))
            .orElseThrow(() -> new IllegalArgumentException());
    Instant activeAt = time(json, "activeAt");
    if (activeAt == null) {
      throw new IllegalArgumentException("no activeAt");
    }
    Instant startsAt = time(json, "startsAt");
    Instant endsAt = time(json, "endsAt");
    Lifecycle lifecycle =
        new Lifecycle(
            status,
            activeAt,
            startsAt == null ? activeAt : startsAt,
            time(json, "overSince"),
            status == AlertStatus.RESOLVED && endsAt == null ? activeAt : endsAt);
    AlertKey key = new AlertKey(rule, subject(json));
    AlertRecord record =
        new AlertRecord(
            key,
            required(json, "id"),
            json.getString("fingerprint", key.fingerprint()),
            json.getString("network"),
            json.getString("group", json.getString("network")),
            lifecycle,
            Severity.named(json.getString("severity", "")).orElse(rule.severity()),
            new AlertText(json.getString("summary", rule.label()), json.getString("detail")));
    Map<String, String> labels = new LinkedHashMap<>();
    object(json, "labels").forEach(each -> labels.put(each.getKey(), (String) each.getValue()));
    record.labels(labels);
    Acknowledgement acknowledgement = null;
    if (json.getValue("acknowledgement") instanceof JsonObject ack) {
      Instant at = time(ack, "at");
      acknowledgement =
          new Acknowledgement(
              ack.getString("by", ""), at == null ? activeAt : at, ack.getString("comment", ""));
    }
    record.restore(acknowledgement, json.getString("heldBy"));
    for (Map.Entry<String, Object> each : object(json, "told")) {
      delivery((JsonObject) each.getValue(), record.severity())
          .ifPresent(delivery -> record.deliveries().deliver(each.getKey(), delivery));
    }
    json.getJsonArray("tried", new JsonArray())
        .forEach(
            sink -> {
              boolean unused = record.deliveries().attempt((String) sink);
            });
    return record;
  }

  /** Resolved alerts of the history, the latest first; see {@link AlertStore#resolved}. */
  public static Future<List<ResolvedAlert>> resolved(
      AlertStore store, @Nullable String peerId, @Nullable Instant before, int limit) {
    return store
        .resolved(peerId, before, limit)
        .map(found -> found.stream().map(AlertCodec::resolved).toList());
  }

  /**
   * A resolved alert from its row. Parts that its text lacks, because another version wrote it or
   * it is damaged, are absent; the columns remain valid.
   */
  public static ResolvedAlert resolved(ResolvedRow row) {
    return new ResolvedAlert(
        row.id(),
        row.rule(),
        row.severity(),
        row.peerId(),
        row.startsAt(),
        row.endsAt(),
        () -> details(row));
  }

  private static ResolvedAlert.Details details(ResolvedRow row) {
    JsonObject json = lenient(row.body());
    Map<String, String> labels = new LinkedHashMap<>();
    object(json, "labels")
        .forEach(
            each -> {
              if (each.getValue() instanceof String value) {
                labels.put(each.getKey(), value);
              }
            });
    Map<String, ResolvedAlert.Delivered> deliveries = new LinkedHashMap<>();
    object(json, "told")
        .forEach(
            each -> {
              if (each.getValue() instanceof JsonObject told) {
                deliveries.put(
                    each.getKey(),
                    new ResolvedAlert.Delivered(
                        String.valueOf(told.getValue("status")).toLowerCase(Locale.ROOT),
                        lenientTime(told.getValue("at"))));
              }
            });
    return new ResolvedAlert.Details(
        lenientTime(json.getValue("activeAt")),
        labels,
        new AlertText(row.summary(), lenientText(json, "detail")),
        json.getValue("acknowledgement") instanceof JsonObject by
            ? new ResolvedAlert.Acknowledged(
                lenientText(by, "by"), lenientTime(by.getValue("at")), lenientText(by, "comment"))
            : null,
        deliveries);
  }

  private static @Nullable String lenientText(JsonObject json, String member) {
    return json.getValue(member) instanceof String text ? text : null;
  }

  private static JsonObject lenient(String text) {
    try {
      return new JsonObject(text);
    } catch (DecodeException e) {
      return new JsonObject();
    }
  }

  private static @Nullable Instant lenientTime(@Nullable Object stored) {
    if (stored instanceof Number millis) {
      return Instant.ofEpochMilli(millis.longValue());
    }
    try {
      return stored instanceof String text ? Instant.parse(text) : null;
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static Optional<Alert.Delivery> delivery(JsonObject json, Severity otherwise) {
    Instant at = time(json, "at");
    return AlertStatus.named(json.getString("status", ""))
        .map(
            status ->
                new Alert.Delivery(
                    status,
                    Severity.named(json.getString("severity", "")).orElse(otherwise),
                    at == null ? Instant.EPOCH : at));
  }

  public static String silence(Silence silence) {
    JsonObject select = new JsonObject();
    silence.select().labels().forEach((label, values) -> select.put(label, new JsonArray(values)));
    return new JsonObject()
        .put("id", silence.id())
        .put("select", select)
        .put("startsAt", text(silence.startsAt()))
        .put("endsAt", text(silence.endsAt()))
        .put("author", silence.author())
        .put("comment", silence.comment())
        .encode();
  }

  /**
   * Decodes a stored silence.
   *
   * @throws IllegalArgumentException when it is not valid
   */
  public static Silence silence(String text) {
    JsonObject json = parse(text);
    Instant startsAt = time(json, "startsAt");
    Instant endsAt = time(json, "endsAt");
    // A silence whose selector was not understood must not select everything.
    if (startsAt == null
        || endsAt == null
        || !(json.getValue("select") instanceof JsonObject select)) {
      throw new IllegalArgumentException("no silence");
    }
    Map<String, List<String>> labels = new LinkedHashMap<>();
    select.forEach(
        each ->
            labels.put(
                each.getKey(),
                ((JsonArray) each.getValue()).stream().map(String.class::cast).toList()));
    return new Silence(
        required(json, "id"),
        new Selector(labels),
        startsAt,
        endsAt,
        json.getString("author", ""),
        json.getString("comment", ""));
  }

  public static String texts(List<String> texts) {
    return new JsonObject().put("all", new JsonArray(texts)).encode();
  }

  /**
   * @throws IllegalArgumentException when it is no list of strings
   */
  public static List<String> texts(String text) {
    return parse(text).getJsonArray("all", new JsonArray()).stream()
        .map(String.class::cast)
        .toList();
  }

  private static JsonObject parse(String text) {
    return new JsonObject(text);
  }

  /** One that is null is damaged; one that is missing is that of a rule without subjects. */
  private static String subject(JsonObject json) {
    return json.containsKey("subject") ? required(json, "subject") : "";
  }

  private static String required(JsonObject json, String member) {
    String text = json.getString(member);
    if (text == null) {
      throw new IllegalArgumentException("no " + member);
    }
    return text;
  }

  private static JsonObject object(JsonObject json, String member) {
    return json.getValue(member) instanceof JsonObject object ? object : new JsonObject();
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }

  private static @Nullable Instant time(JsonObject json, String member) {
    String text = json.getString(member);
    return text == null ? null : Instant.parse(text);
  }
}
