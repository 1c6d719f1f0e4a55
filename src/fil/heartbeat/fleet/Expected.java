package fil.heartbeat.fleet;

import java.util.Map;

/**
 * The configured entry of an expected node.
 *
 * @param name for display
 * @param labels passed on to alerts and metrics
 */
public record Expected(String name, Map<String, String> labels) {
  public Expected {
    labels = Map.copyOf(labels);
  }
}
