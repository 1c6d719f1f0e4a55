package fil.heartbeat.config;

import java.util.List;

/**
 * The nodes of this process and their targets.
 *
 * @param multiNode whether there may be several, so that bus addresses end in the nickname
 * @param maxTargets the most (node, target) pairs
 */
public record SendersConfig(List<NodeConfig> nodes, boolean multiNode, int maxTargets) {

  /** Each target may block one thread while it writes to a peer that does not read. */
  public static final int MAX_TARGETS = 256;

  public SendersConfig {
    nodes = List.copyOf(nodes);
  }

  /** A copy with other nodes. */
  public SendersConfig withNodes(List<NodeConfig> others) {
    return new SendersConfig(others, multiNode, maxTargets);
  }

  /** The nodes that this process sends beats for: those with targets. */
  public List<NodeConfig> sending() {
    return nodes.stream().filter(node -> !node.targets().isEmpty()).toList();
  }
}
