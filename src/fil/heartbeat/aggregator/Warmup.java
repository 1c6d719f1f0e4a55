package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.State;
import java.time.Duration;
import java.util.Map;

/**
 * An aggregator that was started a moment ago, and judges nobody yet.
 *
 * @param left until it judges
 * @param before how many nodes were in which state before the start; empty when nothing was kept
 */
public record Warmup(Duration left, Map<State, Integer> before) {
  public Warmup {
    before = Map.copyOf(before);
  }
}
