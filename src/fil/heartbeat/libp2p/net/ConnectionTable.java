package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.PeerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The upgraded connections of a host: the current one of each peer, which new streams use, and all
 * that are not closed yet. Thread-safe.
 */
final class ConnectionTable {
  private final Map<PeerId, Connection> current = new HashMap<>();
  private final Set<Connection> all = new LinkedHashSet<>();
  private boolean closed;

  /** What became of an {@link #add}. */
  record Added(boolean accepted, @Nullable Connection replaced) {}

  /** The newest connection of a peer becomes its current one. Not accepted once closed. */
  synchronized Added add(Connection connection) {
    if (closed) {
      return new Added(false, null);
    }
    all.add(connection);
    return new Added(true, current.put(connection.peer(), connection));
  }

  synchronized @Nullable Connection current(PeerId peer) {
    return current.get(peer);
  }

  /** New streams no longer use it. */
  synchronized void retire(Connection connection) {
    current.remove(connection.peer(), connection);
  }

  /** Its socket is closed. */
  synchronized void remove(Connection connection) {
    current.remove(connection.peer(), connection);
    all.remove(connection);
  }

  /** Every open connection. */
  synchronized List<Connection> all() {
    return new ArrayList<>(all);
  }

  /** Takes no more; returns those to close. */
  synchronized List<Connection> close() {
    closed = true;
    return new ArrayList<>(all);
  }
}
