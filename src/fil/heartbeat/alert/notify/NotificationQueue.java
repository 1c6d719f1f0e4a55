package fil.heartbeat.alert.notify;

import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.state.AlertRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one sink is still to be sent. There is no list of messages: the work is the alerts whose
 * state is another than the sink knows, so a sink that was away gets the present state once.
 */
public interface NotificationQueue {

  /** Alerts in one notification: a receiver must be able to take it. The rest comes next. */
  int MAX_ALERTS = 1_000;

  /** An alert may have changed. */
  void update(AlertRecord record, Instant now);

  /** An alert is gone. */
  void forget(AlertRecord record);

  /**
   * Prepares what {@link #due} may send: each alert that the sink may come to know by it is marked
   * as such, and can be stored before it is sent.
   *
   * @param warming whether what was restored may have been resolved without our knowledge
   */
  void prepare(Marks marks, boolean warming, Instant now);

  /** What is to be sent now. Not to be asked while something is under way. */
  Optional<Notification> due(Instant now);

  /** The alert was delivered just now. */
  void delivered(AlertRecord record, Instant now);

  /** The answer to {@link #due}; null for success. */
  void answered(@Nullable DeliveryException failure, Instant now);

  /** The clock was set. */
  default void moved(Duration by) {}

  /** Whether the last attempt failed. */
  boolean isFailing();

  int waiting();

  /** Hears of alerts that are to be stored again. */
  @FunctionalInterface
  interface Marks {
    void marked(AlertRecord record);
  }
}
