package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.Notification;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The body of Alertmanager's own webhook, version 4, so that its receivers can read this one.
 *
 * <p>{@code Idempotency-Key} is the id of the notification: a repetition after a crash has the
 * same. With a secret, {@code X-Heartbeat-Signature} is {@code sha256=} and the HMAC-SHA256 of the
 * body's bytes in lower case hex, with the secret's UTF-8 bytes as key.
 */
final class WebhookFormat implements Format {

  /** About 0.7 MB: proxies often accept no more than 1 MB. More new alerts take more requests. */
  static final int MAX_ALERTS = 1_000;

  static final String ID = "Idempotency-Key";
  static final String SIGNATURE = "X-Heartbeat-Signature";

  /** Go's zero time. */
  private static final String NOT_YET = "0001-01-01T00:00:00Z";

  private final Optional<String> externalUrl;

  WebhookFormat(Optional<String> externalUrl) {
    this.externalUrl = externalUrl;
  }

  @Override
  public List<HttpMessage> messages(Notification notification, Optional<String> secret) {
    List<Alert> alerts = AlertFields.newsFirst(notification);
    int pages = Math.max(1, (notification.news().size() + MAX_ALERTS - 1) / MAX_ALERTS);
    List<HttpMessage> messages = new ArrayList<>(pages);
    for (int page = 0; page < pages; page++) {
      int from = Math.min(alerts.size(), page * MAX_ALERTS);
      List<Alert> some = alerts.subList(from, Math.min(alerts.size(), from + MAX_ALERTS));
      HttpMessage message = HttpMessage.of(Map.of(), body(notification, some));
      Map<String, String> headers = new TreeMap<>();
      headers.put(ID, page == 0 ? notification.id() : notification.id() + "." + (page + 1));
      secret.ifPresent(key -> headers.put(SIGNATURE, "sha256=" + hmac(key, message.body())));
      messages.add(new HttpMessage(headers, message.body(), Optional.empty()));
    }
    return messages;
  }

  private JsonObject body(Notification notification, List<Alert> alerts) {
    JsonArray list = new JsonArray();
    alerts.forEach(alert -> list.add(alert(alert, notification)));
    boolean firing = alerts.stream().anyMatch(alert -> alert.status().isFiring());
    return new JsonObject()
        .put("receiver", notification.sink())
        .put("status", firing ? "firing" : "resolved")
        .put("alerts", list)
        .put("groupLabels", AlertFields.json(new TreeMap<>(notification.groupLabels())))
        .put("commonLabels", common(alerts.stream().map(AlertFields::labels).toList()))
        .put("commonAnnotations", common(alerts.stream().map(AlertFields::annotations).toList()))
        .put("externalURL", externalUrl.orElse(""))
        .put("version", "4")
        .put("groupKey", notification.groupKey())
        .put("truncatedAlerts", notification.alerts().size() - alerts.size());
  }

  private JsonObject alert(Alert alert, Notification notification) {
    boolean firing = alert.status().isFiring();
    return new JsonObject()
        .put("status", firing ? "firing" : "resolved")
        .put("labels", AlertFields.json(AlertFields.labels(alert)))
        .put("annotations", AlertFields.json(AlertFields.annotations(alert)))
        .put("startsAt", AlertFields.startsAt(alert).toString())
        .put("endsAt", firing ? NOT_YET : AlertFields.endsAt(alert, notification).toString())
        .put("generatorURL", AlertFields.link(alert, externalUrl).orElse(""))
        .put("fingerprint", alert.fingerprint());
  }

  /** The labels that all of them share. */
  private static JsonObject common(List<Map<String, String>> all) {
    Map<String, String> common = new TreeMap<>(all.get(0));
    all.forEach(each -> common.entrySet().retainAll(each.entrySet()));
    return AlertFields.json(common);
  }

  private static String hmac(String key, Buffer body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(body.getBytes()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256 is part of every Java platform", e);
    }
  }
}
