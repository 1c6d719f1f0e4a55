package fil.heartbeat.fleet;

import java.util.Map;

/**
 * What the configuration says of a node that belongs to the fleet.
 *
 * @param name by which people know it
 * @param labels passed on to alerts and metrics
 */
public record Expected(String name, Map<String, String> labels) {
  public Expected {
    labels = Map.copyOf(labels);
  }
}
