package fil.heartbeat.alert.canary;

import fil.heartbeat.alert.model.AlertLabels;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Sink;
import io.vertx.core.Future;
import java.util.function.LongConsumer;

/** The sink of the canary's notifications: each ends the round of its beat. */
public final class CanarySink implements Sink {
  private final LongConsumer delivered;

  /**
   * @param delivered receives the beat number of each notification
   */
  public CanarySink(LongConsumer delivered) {
    this.delivered = delivered;
  }

  @Override
  public Future<Void> deliver(Notification notification) {
    notification.alerts().stream()
        .filter(alert -> alert.status().isFiring())
        .mapToLong(alert -> Long.parseLong(alert.labels().getOrDefault(AlertLabels.BEAT, "0")))
        .max()
        .ifPresent(delivered);
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}
