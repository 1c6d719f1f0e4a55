package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.PeerId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Refuses peers for a while whose streams handlers had to reset too often. Stores the most recent
 * offenders. Thread-safe.
 */
public final class PenaltyBox {
  /** Limit of stored peers; ids cost nothing, so peers could fill an unlimited memory. */
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
   * @param limits number of resets, time window and duration of the penalty
   */
  public PenaltyBox(HostConfig.Penalty limits) {
    this.maxResets = limits.maxStreamResets();
    this.windowNanos = limits.resetWindow().toNanos();
    this.penaltyNanos = limits.penalty().toNanos();
  }

  /** Records a reset; returns whether the peer is refused from now on. */
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

  /** Whether the peer must be refused now. */
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

  /** Returns the number of stored peers, at most {@link #MAX_PEERS}. */
  public synchronized int size() {
    return entries.size();
  }
}
