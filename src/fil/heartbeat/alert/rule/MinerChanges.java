package fil.heartbeat.alert.rule;

import fil.heartbeat.alert.model.Condition;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The nodes that claim another miner address than before, and which of them must be stored. */
final class MinerChanges {
  private final Set<String> changed = new TreeSet<>();
  private final Set<String> unsaved = new TreeSet<>();

  public void judged(String peerId, Condition condition) {
    boolean change =
        condition == Condition.TRUE
            ? changed.add(peerId)
            : condition == Condition.FALSE && changed.remove(peerId);
    if (change) {
      unsaved.add(peerId);
    }
  }

  /** Removes a node that is no longer monitored. */
  public void forget(String peerId) {
    if (changed.remove(peerId)) {
      unsaved.add(peerId);
    }
  }

  /** Restores a stored node. */
  public void restore(String peerId) {
    changed.add(peerId);
  }

  /** Marks all to be stored again. */
  public void saveAll() {
    unsaved.addAll(changed);
  }

  /**
   * Takes the nodes to be stored again.
   *
   * @param known the address before the change
   * @return the address before the change; null deletes the entry
   */
  public Map<String, @Nullable String> take(Function<String, @Nullable String> known) {
    Map<String, @Nullable String> taken = new HashMap<>();
    for (String peerId : unsaved) {
      taken.put(peerId, changed.contains(peerId) ? known.apply(peerId) : null);
    }
    unsaved.clear();
    return taken;
  }
}
