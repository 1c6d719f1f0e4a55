package fil.heartbeat.alert.notify;

import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.state.AlertRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The alerts that one sink is still to be notified of. There is no list of messages: the queue
 * holds the alerts whose state differs from what the sink knows, so a sink that was unreachable
 * gets the present state once.
 */
public interface NotificationQueue {

  /** Alerts in one notification, limited for the sake of receivers. The rest comes in the next. */
  int MAX_ALERTS = 1_000;

  /** Takes an alert that may have changed. */
  void update(AlertRecord record, Instant now);

  /** Removes an alert. */
  void forget(AlertRecord record);

  /**
   * Prepares what {@link #due} may send: marks each alert that it may contain, so that this is
   * stored before it is sent.
   *
   * @param warming whether restored alerts may have been resolved without our knowledge
   */
  void prepare(Marks marks, boolean warming, Instant now);

  /** The notification to send now. Not called while one is in flight. */
  Optional<Notification> due(Instant now);

  /** Records that the alert was delivered just now. */
  void delivered(AlertRecord record, Instant now);

  /** Takes the result of {@link #due}; null for success. */
  void answered(@Nullable DeliveryException failure, Instant now);

  /** Adjusts stored times after the clock was set. */
  default void moved(Duration by) {}

  /** Whether the last attempt failed. */
  boolean isFailing();

  int waiting();

  /** Receives the alerts that must be stored again. */
  @FunctionalInterface
  interface Marks {
    void marked(AlertRecord record);
  }
}
