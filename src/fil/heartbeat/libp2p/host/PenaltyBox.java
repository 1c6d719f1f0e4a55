package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.PeerId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Peers whose streams our handlers had to reset too often; they are refused for a while. Remembers
 * the peers that offended last. Thread-safe.
 */
public final class PenaltyBox {
  /** Peers remembered; ids are free to make, so an unbounded memory would be the peers' to fill. */
  public static final int MAX_PEERS = 4096;

  private static final class Offences {
    final Deque<Long> resets = new ArrayDeque<>();
    boolean refused;
    long untilNanos;
  }

  private final int maxResets;
  private final long windowNanos;
  private final long penaltyNanos;
  private final Map<PeerId, Offences> entries =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Offences> eldest) {
          return size() > MAX_PEERS;
        }
      };

  /**
   * @param limits how many resets in which time make which penalty
   */
  public PenaltyBox(HostConfig.Penalty limits) {
    this.maxResets = limits.maxStreamResets();
    this.windowNanos = limits.resetWindow().toNanos();
    this.penaltyNanos = limits.penalty().toNanos();
  }

  /** Notes a reset; returns whether the peer is refused from now on. */
  public synchronized boolean reset(PeerId peer, long nowNanos) {
    Offences entry = entries.computeIfAbsent(peer, id -> new Offences());
    while (!entry.resets.isEmpty() && nowNanos - entry.resets.peekFirst() >= windowNanos) {
      entry.resets.removeFirst();
    }
    entry.resets.addLast(nowNanos);
    if (entry.resets.size() < maxResets) {
      return false;
    }
    entry.resets.clear();
    entry.refused = true;
    entry.untilNanos = nowNanos + penaltyNanos;
    return true;
  }

  /** Whether the peer is to be refused now. */
  public synchronized boolean isRefused(PeerId peer, long nowNanos) {
    Offences entry = entries.get(peer);
    if (entry == null || !entry.refused) {
      return false;
    }
    if (nowNanos - entry.untilNanos < 0) {
      return true;
    }
    entries.remove(peer);
    return false;
  }

  /** Peers remembered now, at most {@link #MAX_PEERS}. */
  public synchronized int size() {
    return entries.size();
  }
}
