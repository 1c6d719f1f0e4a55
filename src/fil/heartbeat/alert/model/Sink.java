package fil.heartbeat.alert.model;

import io.vertx.core.Future;

/** Where notifications go. One notification at a time is under way to a sink. */
public interface Sink {

  /**
   * Delivers to the receiver. Ends within the configured timeout; fails with {@link
   * DeliveryException}. The receiver may have got it all the same.
   */
  Future<Void> deliver(Notification notification);

  /** Frees what it holds. */
  Future<Void> close();
}
