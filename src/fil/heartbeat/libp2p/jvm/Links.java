package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.PeerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a host: the current one of each peer, which new streams use, and all that are
 * not closed yet. Thread-safe.
 */
final class Links {
  private final Map<PeerId, Link> current = new HashMap<>();
  private final Set<Link> all = new LinkedHashSet<>();
  private boolean closed;

  /** What became of an {@link #add}. */
  record Added(boolean accepted, @Nullable Link replaced) {}

  /** The newest connection of a peer becomes its current one. Not accepted once closed. */
  synchronized Added add(Link link) {
    if (closed) {
      return new Added(false, null);
    }
    all.add(link);
    return new Added(true, current.put(link.peer(), link));
  }

  synchronized @Nullable Link current(PeerId peer) {
    return current.get(peer);
  }

  /** New streams no longer use it. */
  synchronized void retire(Link link) {
    current.remove(link.peer(), link);
  }

  synchronized void remove(Link link) {
    current.remove(link.peer(), link);
    all.remove(link);
  }

  /** Every open connection. */
  synchronized List<Link> all() {
    return new ArrayList<>(all);
  }

  /** Takes no more; returns those to close. */
  synchronized List<Link> close() {
    closed = true;
    return new ArrayList<>(all);
  }
}
