package fil.heartbeat.alert.notify;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.state.AlertKey;
import fil.heartbeat.alert.state.AlertRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Compares alerts with what a sink knows of them, and builds its notification. */
public final class PendingDeliveries {

  private PendingDeliveries() {}

  /** Whether the state of the alert is new to the sink. */
  static boolean isNews(AlertRecord record, String sink) {
    Alert.Delivery last = record.deliveries().last(sink);
    if (record.isResolved()) {
      if (!record.rule().isStored()) {
        return false;
      }
      return last == null
          ? record.deliveries().attempted().contains(sink)
          : last.status() != AlertStatus.RESOLVED;
    }
    return isNotified(record, sink) && (last == null || last.severity() != record.severity());
  }

  /** Whether a notification of its group to the sink contains it. */
  static boolean isNotified(AlertRecord record, String sink) {
    return record.isFiring()
        && record.suppressedBy() == null
        && record.deliveries().sinks().contains(sink);
  }

  /** The most severe first; equals stay in their order. */
  static List<AlertRecord> gravestFirst(Collection<AlertRecord> table) {
    Comparator<AlertRecord> gravest = Comparator.comparing(AlertRecord::severity);
    return table.stream().sorted(gravest.reversed()).toList();
  }

  public static Notification notification(
      String sink, String groupKey, List<AlertRecord> news, List<AlertRecord> others, Instant now) {
    List<AlertRecord> all = new ArrayList<>(news);
    all.addAll(others);
    all.sort(Comparator.comparing(AlertRecord::isResolved));
    StringBuilder content = new StringBuilder(sink).append('\n').append(groupKey);
    all.stream()
        .sorted(Comparator.comparing(AlertRecord::id))
        .forEach(
            each ->
                content
                    .append('\n')
                    .append(each.id())
                    .append(each.isResolved() ? " over " : " fires ")
                    .append(each.severity()));
    for (AlertRecord each : news) {
      Alert.Delivery last = each.deliveries().last(sink);
      if (last != null && each.isFiring() && last.severity() == each.severity()) {
        // A deliberate repetition: receivers must not deduplicate it.
        content.append("\nafter ").append(last.at());
      }
    }
    return new Notification(
        AlertKey.digest(content.toString()),
        sink,
        groupKey,
        all.get(0).groupLabels(),
        all.stream().map(AlertRecord::alert).toList(),
        news.stream().map(AlertRecord::id).toList(),
        now);
  }
}
