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
 * The upgraded connections of a host: at most two of each peer, the newest of which new streams
 * use, and all that are not closed yet. Thread-safe.
 *
 * <p>Go, rust and js peers may hold several connections of one process (parallel dials, hole
 * punching), and an older one may carry what matters, so a newer one does not end it.
 *
 * @param <C> a connection
 */
public final class ConnectionTable<C> {
  /** Connections of one peer; one more ends the one that was silent longest. */
  public static final int MAX_PER_PEER = 2;

  /**
   * How long a connection without streams is kept beside a newer one of its peer: two hosts that
   * dial each other at once may each take another one for the newer, and a peer may be about to
   * open a stream on either.
   */
  public static final Duration UNUSED = Duration.ofSeconds(5);

  private final ToLongFunction<C> lastInboundNanos;

  /** Newest first. */
  private final Map<PeerId, List<C>> usable = new HashMap<>();

  private final Set<C> all = new LinkedHashSet<>();
  private boolean closed;

  /**
   * What became of an {@link #add}.
   *
   * @param older the one that was the newest before, if it is kept
   * @param supplanted the one that has to end
   */
  public record Added<C>(boolean accepted, @Nullable C older, @Nullable C supplanted) {}

  /**
   * @param lastInboundNanos when bytes last arrived on a connection; asked on any thread
   */
  public ConnectionTable(ToLongFunction<C> lastInboundNanos) {
    this.lastInboundNanos = lastInboundNanos;
  }

  /** The newest connection of a peer is the one that new streams use. Not accepted once closed. */
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

  /** The one that new streams use; null when there is none. */
  public synchronized @Nullable C current(PeerId peer) {
    List<C> own = usable.get(peer);
    return own == null ? null : own.get(0);
  }

  /** Whether it is usable and there is a newer one of its peer. */
  public synchronized boolean isOlder(PeerId peer, C connection) {
    return of(peer).indexOf(connection) > 0;
  }

  /** Those of a peer that are usable, newest first. */
  public synchronized List<C> of(PeerId peer) {
    return List.copyOf(usable.getOrDefault(peer, List.of()));
  }

  /** New streams no longer use it. */
  public synchronized void retire(PeerId peer, C connection) {
    List<C> own = usable.get(peer);
    if (own != null && own.remove(connection) && own.isEmpty()) {
      usable.remove(peer);
    }
  }

  /** Its socket is closed. */
  public synchronized void remove(PeerId peer, C connection) {
    retire(peer, connection);
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
