package fil.heartbeat.libp2p.jvm;

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
final class Penalties {
  /** Peers remembered; ids are free to make, so an unbounded memory would be the peers' to fill. */
  private static final int MAX_PEERS = 4096;

  private final HostConfig config;
  private final Map<PeerId, Deque<Long>> resets = bounded();
  private final Map<PeerId, Long> refusedSince = bounded();

  Penalties(HostConfig config) {
    this.config = config;
  }

  /** Notes a reset; returns whether the peer is refused from now on. */
  synchronized boolean reset(PeerId peer) {
    long now = System.nanoTime();
    Deque<Long> times = resets.computeIfAbsent(peer, unused -> new ArrayDeque<>());
    while (!times.isEmpty() && now - times.peekFirst() >= config.resetWindow().toNanos()) {
      times.removeFirst();
    }
    times.addLast(now);
    if (times.size() < config.maxStreamResets()) {
      return false;
    }
    resets.remove(peer);
    refusedSince.put(peer, now);
    return true;
  }

  synchronized boolean isRefused(PeerId peer) {
    Long since = refusedSince.get(peer);
    if (since != null && System.nanoTime() - since >= config.penalty().toNanos()) {
      refusedSince.remove(peer);
      return false;
    }
    return since != null;
  }

  private static <T> Map<PeerId, T> bounded() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<PeerId, T> eldest) {
        return size() > MAX_PEERS;
      }
    };
  }
}
