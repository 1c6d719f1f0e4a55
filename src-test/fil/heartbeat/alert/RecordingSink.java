package fil.heartbeat.alert;

import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.config.SinkConfig;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Records its notifications, and answers as the test says. */
final class RecordingSink implements Sink {
  final SinkConfig config;
  final List<Notification> sent = new ArrayList<>();
  volatile Function<Notification, Future<Void>> answer = any -> Future.succeededFuture();
  volatile boolean closed;

  RecordingSink(SinkConfig config) {
    this.config = config;
  }

  /** The sink of a configuration. */
  static RecordingSink of(SinkConfig config, RecordingSink... all) {
    for (RecordingSink each : all) {
      if (each.config.equals(config)) {
        return each;
      }
    }
    throw new IllegalArgumentException("no sink " + config.name());
  }

  static DeliveryException refusal() {
    return new DeliveryException(DeliveryException.Kind.REFUSED, "404", null);
  }

  /**
   * For each notification the rule and the state of its alerts, such as {@code NodeSlow firing}.
   */
  List<String> story() {
    return sent.stream()
        .map(each -> each.groupLabels().get("alertname") + (each.isFiring() ? " firing" : " over"))
        .toList();
  }

  @Override
  public Future<Void> deliver(Notification notification) {
    sent.add(notification);
    return answer.apply(notification);
  }

  @Override
  public Future<Void> close() {
    closed = true;
    return Future.succeededFuture();
  }
}
