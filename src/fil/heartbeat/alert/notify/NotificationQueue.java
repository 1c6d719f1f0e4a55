package fil.heartbeat.alert.notify;

import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.state.AlertRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one sink is still to be told. There is no list of messages: the work is the alerts whose
 * state is another than the sink knows, so a sink that was away is told the present state once.
 */
public interface NotificationQueue {

  /** Alerts in one notification: a receiver must be able to take it. The rest comes next. */
  int MAX_TOLD_AT_ONCE = 1_000;

  /** An alert may have changed. */
  void update(AlertRecord record, Instant now);

  /** An alert is gone. */
  void forget(AlertRecord record);

  /**
   * Settles what {@link #due} may tell: each alert that the sink may come to know by it is marked
   * as such, and can be kept before it is told.
   *
   * @param warming whether what was kept may be over without our knowledge
   */
  void prepare(Marks marks, boolean warming, Instant now);

  /** What is to be told now. Not to be asked while something is under way. */
  Optional<Notification> due(Instant now);

  /** The sink was told of the alert just now. */
  void told(AlertRecord record, Instant now);

  /** The answer to {@link #due}; null for success. */
  void answered(@Nullable DeliveryException failure, Instant now);

  /** The clock was set. */
  default void moved(Duration by) {}

  /** Whether the last attempt failed. */
  boolean isFailing();

  int waiting();

  /** Hears of alerts that are to be kept anew. */
  @FunctionalInterface
  interface Marks {
    void marked(AlertRecord record);
  }
}
