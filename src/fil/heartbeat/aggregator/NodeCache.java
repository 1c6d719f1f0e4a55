package fil.heartbeat.aggregator;

import java.util.IdentityHashMap;
import java.util.function.Function;

/**
 * The nodes as they were at their last change, for a second: alerts, health and the feed ask for
 * the same changes one after the other.
 */
final class NodeCache {
  private record Made(long changedAt, Node node) {}

  private final IdentityHashMap<PeerEntry, Made> made = new IdentityHashMap<>();

  /** Returns the node of an entry as of a moment since its last change. */
  Node get(PeerEntry entry, Function<PeerEntry, Node> make) {
    Made last = made.get(entry);
    if (last == null || last.changedAt != entry.changedAt) {
      last = new Made(entry.changedAt, make.apply(entry));
      made.put(entry, last);
    }
    return last.node;
  }

  /** Must be called each second: times and ages of a node go on without a change. */
  void clear() {
    made.clear();
  }
}
