package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The upgraded connections of a host: at most two usable ones of each peer, of which new streams
 * use the newest, and all that are not closed yet. Thread-safe.
 *
 * <p>Go, rust and js peers may hold several connections of one process (parallel dials, hole
 * punching), and an older one may carry important streams, so a newer one does not end it.
 *
 * @param <C> a connection
 */
public final class ConnectionTable<C> {
  /**
   * Limit for one peer; one more ends the connection without inbound bytes for the longest time.
   */
  public static final int MAX_PER_PEER = 2;

  /**
   * How long a connection without streams stays open beside a newer one of its peer: two hosts that
   * dial each other at once may disagree on which is newer, and a peer may be about to open a
   * stream on either.
   */
  public static final Duration UNUSED = Duration.ofSeconds(5);

  private final ToLongFunction<C> lastInboundNanos;

  /** Newest first. */
  private final Map<PeerId, List<C>> usable = new HashMap<>();

  private final Set<C> all = new LinkedHashSet<>();
  private boolean closed;

  /**
   * The result of {@link #add}.
   *
   * @param older the previously newest connection, if it stays
   * @param supplanted the connection that has to end
   */
  public record Added<C>(boolean accepted, @Nullable C older, @Nullable C supplanted) {}

  /**
   * @param lastInboundNanos when bytes last arrived on a connection; called on any thread
   */
  public ConnectionTable(ToLongFunction<C> lastInboundNanos) {
    this.lastInboundNanos = lastInboundNanos;
  }

  /**
   * Adds the newest connection of a peer, which new streams use. Not accepted once this table is
   * closed.
   */
  public synchronized Added<C> add(PeerId peer, C connection) {
    if (closed) {
      return new Added<>(false, null, null);
    }
    List<C> own = usable.computeIfAbsent(peer, id -> new ArrayList<>(1));
    C supplanted = own.size() < MAX_PER_PEER ? null : stalest(own);
    own.remove(supplanted);
    C older = own.isEmpty() ? null : own.get(0);
    own.add(0, connection);
    all.add(connection);
    return new Added<>(true, older, supplanted);
  }

  private C stalest(List<C> own) {
    C stalest = own.get(0);
    for (C each : own) {
      if (lastInboundNanos.applyAsLong(each) - lastInboundNanos.applyAsLong(stalest) <= 0) {
        stalest = each;
      }
    }
    return stalest;
  }

  /** Returns the connection that new streams use; null when there is none. */
  public synchronized @Nullable C current(PeerId peer) {
    List<C> own = usable.get(peer);
    return own == null ? null : own.get(0);
  }

  /** Whether it is usable and there is a newer one of its peer. */
  public synchronized boolean isOlder(PeerId peer, C connection) {
    return of(peer).indexOf(connection) > 0;
  }

  /** Returns the usable connections of a peer, newest first. */
  public synchronized List<C> of(PeerId peer) {
    return List.copyOf(usable.getOrDefault(peer, List.of()));
  }

  /** Excludes a connection from new streams. */
  public synchronized void retire(PeerId peer, C connection) {
    List<C> own = usable.get(peer);
    if (own != null && own.remove(connection) && own.isEmpty()) {
      usable.remove(peer);
    }
  }

  /** Removes a connection whose socket is closed. */
  public synchronized void remove(PeerId peer, C connection) {
    retire(peer, connection);
    all.remove(connection);
  }

  /** Returns every open connection. */
  public synchronized List<C> all() {
    return new ArrayList<>(all);
  }

  /** Accepts no more connections; returns those to close. */
  public synchronized List<C> close() {
    closed = true;
    return new ArrayList<>(all);
  }
}
