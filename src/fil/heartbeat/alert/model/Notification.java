package fil.heartbeat.alert.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What one sink gets at once: the alerts of one group, those that fire first.
 *
 * @param id of its content: a repetition after a crash has the same, so that receivers fold it
 * @param sink name
 * @param groupKey of rule and network
 * @param groupLabels {@code alertname}, and {@code network} where it applies
 * @param alerts every alert of the group that fires and is not suppressed, and those that were
 *     resolved since the sink was notified; never empty, at most 1 000, the rest comes with the
 *     next one
 * @param news ids of the alerts that the sink did not know to be in this state
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

  /** Whether anything in it fires. */
  public boolean isFiring() {
    return alerts.stream().anyMatch(alert -> alert.status().isFiring());
  }
}
