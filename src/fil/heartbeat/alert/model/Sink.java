package fil.heartbeat.alert.model;

import io.vertx.core.Future;

/** A destination of notifications. At most one notification is in flight to a sink. */
public interface Sink {

  /**
   * Delivers to the receiver. Ends within the configured timeout; fails with {@link
   * DeliveryException}, in which case the receiver may have got it nevertheless.
   */
  Future<Void> deliver(Notification notification);

  /** Releases its resources. */
  Future<Void> close();
}
