package fil.heartbeat.alert.state;

import fil.heartbeat.alert.model.Alert;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What each sink was notified of about one alert. */
public final class Deliveries {
  private final Runnable changed;
  private final Map<String, Alert.Delivery> delivered = new HashMap<>();
  private final Set<String> attempted = new HashSet<>();
  private Set<String> sinks = Set.of();

  /**
   * @param changed called when the view of the alert has changed
   */
  Deliveries(Runnable changed) {
    this.changed = changed;
  }

  /** The sinks that the alert is routed to. */
  public Set<String> sinks() {
    return sinks;
  }

  public void route(Set<String> next) {
    sinks = next;
  }

  /** Sink to its last delivery. */
  public Map<String, Alert.Delivery> delivered() {
    return delivered;
  }

  /** Sinks that may have been notified of the firing alert without confirming it. */
  public Set<String> attempted() {
    return Collections.unmodifiableSet(attempted);
  }

  /** The last delivery to a sink; null without one. */
  public Alert.@Nullable Delivery last(String sink) {
    return delivered.get(sink);
  }

  /** Whether the alert was delivered to a sink, or may have been. */
  public boolean isKnownTo(String sink) {
    return delivered.containsKey(sink) || attempted.contains(sink);
  }

  /** Records an attempt to notify a sink; false if there was one before. */
  public boolean attempt(String sink) {
    return attempted.add(sink);
  }

  /** Records a confirmed delivery. */
  public void deliver(String sink, Alert.Delivery delivery) {
    delivered.put(sink, delivery);
    attempted.remove(sink);
    changed.run();
  }

  /** Removes all other sinks; true if there were any. */
  public boolean retain(Set<String> known) {
    boolean forgot = delivered.keySet().retainAll(known);
    forgot |= attempted.retainAll(known);
    changed.run();
    return forgot;
  }

  /** Adjusts stored times after the clock was set. */
  public void moved(Duration by) {
    delivered.replaceAll(
        (sink, each) -> new Alert.Delivery(each.status(), each.severity(), each.at().plus(by)));
  }
}
