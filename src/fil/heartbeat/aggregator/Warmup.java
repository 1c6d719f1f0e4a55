package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.State;
import java.time.Duration;
import java.util.Map;

/**
 * An aggregator that started a moment ago and does not judge yet.
 *
 * @param left time until it judges
 * @param before number of nodes in each state before the start; empty without stored nodes
 */
public record Warmup(Duration left, Map<State, Integer> before) {
  public Warmup {
    before = Map.copyOf(before);
  }
}
