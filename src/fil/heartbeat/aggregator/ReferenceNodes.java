package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.Standing;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The independent reference nodes, by their configured name. */
final class ReferenceNodes {
  private final Map<String, ReferenceNode> byName = new HashMap<>();
  private final Networks networks;

  ReferenceNodes(Networks networks) {
    this.networks = networks;
  }

  /** Takes the answer of a node; null removes the node. */
  void answered(String name, ReferenceNode.@Nullable Answer answer, Moment now) {
    if (answer == null) {
      ReferenceNode gone = byName.remove(name);
      if (gone != null) {
        gone.withdraw();
      }
      return;
    }
    NetworkState network = networks.of(answer.genesis(), Standing.REFERENCE);
    if (network != null) {
      byName.computeIfAbsent(name, ReferenceNode::new).answered(answer, network, now);
    }
  }

  Collection<ReferenceNode> all() {
    return Collections.unmodifiableCollection(byName.values());
  }
}
