package fil.heartbeat.libp2p.host;

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
 *
 * @param <C> a connection
 */
public final class ConnectionTable<C> {
  private final Map<PeerId, C> current = new HashMap<>();
  private final Set<C> all = new LinkedHashSet<>();
  private boolean closed;

  /** What became of an {@link #add}. */
  public record Added<C>(boolean accepted, @Nullable C replaced) {}

  /** The newest connection of a peer becomes its current one. Not accepted once closed. */
  public synchronized Added<C> add(PeerId peer, C connection) {
    if (closed) {
      return new Added<>(false, null);
    }
    all.add(connection);
    return new Added<>(true, current.put(peer, connection));
  }

  /** The one that new streams use; null when there is none. */
  public synchronized @Nullable C current(PeerId peer) {
    return current.get(peer);
  }

  /** New streams no longer use it. */
  public synchronized void retire(PeerId peer, C connection) {
    current.remove(peer, connection);
  }

  /** Its socket is closed. */
  public synchronized void remove(PeerId peer, C connection) {
    current.remove(peer, connection);
    all.remove(connection);
  }

  /** Every open connection. */
  public synchronized List<C> all() {
    return new ArrayList<>(all);
  }

  /** Takes no more; returns those to close. */
  public synchronized List<C> close() {
    closed = true;
    return new ArrayList<>(all);
  }
}
