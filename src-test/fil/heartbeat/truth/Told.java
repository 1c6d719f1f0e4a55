package fil.heartbeat.truth;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.config.SinkConfig;
import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A receiver that outlives the aggregator: what it knows of each incident. */
final class Told {
  final Map<String, Alert> firing = new ConcurrentHashMap<>();
  volatile boolean fails;
  private final boolean loses;
  private int taken;

  /** Hears of each alert that is news. */
  private final BiConsumer<Alert, @Nullable Alert> news;

  /**
   * @param loses whether each fifth notification is lost, which is a lie
   */
  Told(BiConsumer<Alert, @Nullable Alert> news, boolean loses) {
    this.news = news;
    this.loses = loses;
  }

  Sink sink(SinkConfig config) {
    return new Sink() {

      @Override
      public Future<Void> deliver(Notification notification) {
        if (fails) {
          return Future.failedFuture(
              new DeliveryException(DeliveryException.Kind.UNREACHABLE, "no", null));
        }
        taken++;
        if (loses && taken % 5 == 0) {
          return Future.succeededFuture();
        }
        // Over first: what comes back in the same message is another incident.
        for (int i = notification.alerts().size() - 1; i >= 0; i--) {
          hear(notification.alerts().get(i));
        }
        return Future.succeededFuture();
      }

      @Override
      public Future<Void> close() {
        return Future.succeededFuture();
      }
    };
  }

  private void hear(Alert alert) {
    boolean fires = alert.status().isFiring();
    Alert before = fires ? firing.put(alert.id(), alert) : firing.remove(alert.id());
    news.accept(alert, before);
  }
}
