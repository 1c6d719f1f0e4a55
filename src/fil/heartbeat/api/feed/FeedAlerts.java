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
 * The alerts as the feed tells them: whole, once for each state that a second ends with. One that
 * is no more among them, and was not told to be over, is told a last time with {@code gone}. The
 * one that always fires is left out.
 */
final class FeedAlerts {
  /** The gravest; a page that is told of so many asks for the rest. */
  static final int MAX_ALERTS = 1000;

  private Map<String, Sent> sent = new LinkedHashMap<>();
  private @Nullable FeedEvents all;
  private boolean known;

  private record Sent(AlertStatus status, JsonObject json) {}

  /** The events that tell what changed; empty text for nothing. Takes nothing when it throws. */
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

  /** All that are not over, for who begins; empty when there are none. */
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

  /** What was told is too old to be told again: the next are all new. */
  void forget() {
    sent = new LinkedHashMap<>();
    all = null;
    known = false;
  }

  /** How many of those that are not over there are, by status; null when nobody knows. */
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
