package fil.heartbeat.alert.state;

import fil.heartbeat.alert.model.Alert;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What sinks know of one alert: the part of it that notifying writes. */
public final class Deliveries {
  private final Runnable changed;
  private final Map<String, Alert.Delivery> delivered = new HashMap<>();
  private final Set<String> attempted = new HashSet<>();
  private Set<String> sinks = Set.of();

  /**
   * @param changed hears that what others see of the alert is another
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

  /** Sink to what was delivered last. */
  public Map<String, Alert.Delivery> delivered() {
    return delivered;
  }

  /** Sinks that may know that it fires though they did not confirm it. */
  public Set<String> attempted() {
    return Collections.unmodifiableSet(attempted);
  }

  /** What was delivered last to a sink; null when nothing was. */
  public Alert.@Nullable Delivery last(String sink) {
    return delivered.get(sink);
  }

  /** Whether the alert was delivered to a sink, or may have been. */
  public boolean isKnownTo(String sink) {
    return delivered.containsKey(sink) || attempted.contains(sink);
  }

  /** The sink may come to know of it; false when it may have before. */
  public boolean attempt(String sink) {
    return attempted.add(sink);
  }

  /** The sink has confirmed. */
  public void deliver(String sink, Alert.Delivery delivery) {
    delivered.put(sink, delivery);
    attempted.remove(sink);
    changed.run();
  }

  /** Forgets all other sinks; whether there were any. */
  public boolean retain(Set<String> known) {
    boolean forgot = delivered.keySet().retainAll(known);
    forgot |= attempted.retainAll(known);
    changed.run();
    return forgot;
  }

  /** The clock was set. */
  public void moved(Duration by) {
    delivered.replaceAll(
        (sink, each) -> new Alert.Delivery(each.status(), each.severity(), each.at().plus(by)));
  }
}
