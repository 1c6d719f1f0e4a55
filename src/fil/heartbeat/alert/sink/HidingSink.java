package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertLabels;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.config.HttpConfig.Hidden;
import io.vertx.core.Future;
import java.util.Set;

/**
 * Replaces the texts of alerts that say what {@code http.hide} names: a channel of a chat has more
 * readers than the page.
 *
 * @param hidden not empty
 */
record HidingSink(Set<Hidden> hidden, Sink sink) implements Sink {
  private static final String WHERE =
      "The rest is hidden from receivers (http.hide): look at the node itself";

  HidingSink {
    hidden = Set.copyOf(hidden);
  }

  @Override
  public Future<Void> deliver(Notification notification) {
    return sink.deliver(
        notification.withAlerts(notification.alerts().stream().map(this::masked).toList()));
  }

  private Alert masked(Alert alert) {
    if (hidden.stream().noneMatch(each -> each.hides(alert.rule()))) {
      return alert;
    }
    String subject =
        alert
            .labels()
            .getOrDefault(
                AlertLabels.NICKNAME,
                alert
                    .labels()
                    .getOrDefault(
                        AlertLabels.MINER, alert.labels().getOrDefault(AlertLabels.PEER_ID, "")));
    return alert.withText(
        new AlertText(
            subject.isEmpty() ? alert.rule().label() : subject + ": " + alert.rule().label(),
            WHERE));
  }

  @Override
  public Future<Void> close() {
    return sink.close();
  }
}
