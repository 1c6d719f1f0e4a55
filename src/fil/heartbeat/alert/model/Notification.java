package fil.heartbeat.alert.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One message to one sink: the alerts of one group, firing ones first.
 *
 * @param id of its content: a repetition after a crash has the same, so that receivers can
 *     deduplicate
 * @param sink name
 * @param groupKey of rule and network
 * @param groupLabels {@code alertname}, and {@code network} where it applies
 * @param alerts every alert of the group that fires and is not suppressed, and those that were
 *     resolved since the sink was notified; never empty, at most 1 000, the rest comes in the next
 *     one
 * @param news ids of the alerts whose state is new to the sink
 */
public record Notification(
    String id,
    String sink,
    String groupKey,
    Map<String, String> groupLabels,
    List<Alert> alerts,
    List<String> news,
    Instant at) {
  public Notification {
    groupLabels = Map.copyOf(groupLabels);
    alerts = List.copyOf(alerts);
    news = List.copyOf(news);
  }

  /** The same message with other alerts. */
  public Notification withAlerts(List<Alert> other) {
    return new Notification(id, sink, groupKey, groupLabels, other, news, at);
  }

  /** Whether any of its alerts fires. */
  public boolean isFiring() {
    return alerts.stream().anyMatch(alert -> alert.status().isFiring());
  }
}
