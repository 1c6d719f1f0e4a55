package fil.heartbeat.aggregator;

import java.util.List;

/**
 * The aggregator and every node at one moment, from one consistent state.
 *
 * @param nodes one for each peer, in no particular order
 */
public record Snapshot(Overview overview, List<Node> nodes) {
  public Snapshot {
    nodes = List.copyOf(nodes);
  }
}
