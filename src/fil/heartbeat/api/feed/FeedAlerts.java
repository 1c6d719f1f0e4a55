package fil.heartbeat.api.feed;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.api.rest.AlertJson;
import fil.heartbeat.api.rest.AlertQuery;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The alerts as the feed sends them: each as a whole, whenever it has changed since the last
 * evaluation. An alert that left the list without having been sent as resolved is sent a last time
 * with {@code gone}. The watchdog, which always fires, is left out.
 */
final class FeedAlerts {
  /** The most severe are sent; a page that receives this many requests the rest. */
  static final int MAX_ALERTS = 1000;

  private Map<String, Sent> sent = new LinkedHashMap<>();
  private @Nullable FeedEvents all;
  private boolean known;

  private record Sent(AlertStatus status, JsonObject json) {}

  /**
   * Returns the events for the alerts that changed; empty text for none. Changes nothing when it
   * throws.
   */
  String take(List<Alert> alerts) {
    Map<String, Sent> before = new LinkedHashMap<>(sent);
    Map<String, Sent> next = new LinkedHashMap<>();
    StringBuilder text = new StringBuilder();
    List<Alert> gravest =
        alerts.stream()
            .filter(alert -> alert.rule().listed() == AlertRule.Listed.TO_ALL)
            .sorted(AlertQuery.ORDER)
            .limit(MAX_ALERTS)
            .toList();
    for (Alert alert : gravest) {
      Sent now = new Sent(alert.status(), AlertJson.alert(alert));
      next.put(alert.id(), now);
      Sent last = before.remove(alert.id());
      if (last == null ? alert.status() != AlertStatus.RESOLVED : !last.equals(now)) {
        text.append(text(now.json()));
      }
    }
    before.values().stream()
        .filter(gone -> gone.status() != AlertStatus.RESOLVED)
        .forEach(gone -> text.append(text(gone.json().copy().put("gone", true))));
    sent = next;
    known = true;
    if (!text.isEmpty()) {
      all = null;
    }
    return text.toString();
  }

  /** Returns all unresolved alerts, for a new stream; empty when there are none. */
  Optional<FeedEvents> all() {
    FeedEvents known = all;
    if (known == null) {
      StringBuilder text = new StringBuilder();
      sent.values().stream()
          .filter(each -> each.status() != AlertStatus.RESOLVED)
          .forEach(each -> text.append(text(each.json())));
      known = FeedEvents.of(text.toString());
      all = known;
    }
    return known.length() == 0 ? Optional.empty() : Optional.of(known);
  }

  /** Drops the alerts sent so far because they are too old; the next ones all count as new. */
  void forget() {
    sent = new LinkedHashMap<>();
    all = null;
    known = false;
  }

  /** Returns the number of unresolved alerts by status; null while the alerts are unknown. */
  @Nullable JsonObject counts() {
    if (!known) {
      return null;
    }
    JsonObject counts = new JsonObject();
    for (AlertStatus status : AlertStatus.values()) {
      if (status != AlertStatus.RESOLVED) {
        counts.put(
            status.label(), sent.values().stream().filter(each -> each.status() == status).count());
      }
    }
    return counts;
  }

  private static String text(JsonObject alert) {
    return FeedEvents.text(FeedEvents.Kind.ALERT, alert, null);
  }
}
