package fil.heartbeat.alert.canary;

import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.AlertsConfig.Peer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which other aggregators are up. Has no clock: callers pass monotonic times. Used by one thread at
 * a time.
 */
final class PeerWatch {

  /** The minimum age of the last good answer of a dead peer; also the grace period of a new one. */
  static final Duration DEAD_AFTER = Duration.ofSeconds(30);

  /** The minimum number of failed tries since, so that a pause of this process does not count. */
  static final int DEAD_TRIES = 3;

  private static final class Seen {
    long goodNanos;
    int failures;

    Seen(long nowNanos) {
      goodNanos = nowNanos;
    }
  }

  private final Map<Peer, Seen> peers = new LinkedHashMap<>();

  /**
   * Replaces the watched peers; the first {@link AlertsConfig#MAX_PEERS} are used. Unchanged peers
   * keep their state.
   */
  void watch(List<Peer> next, long nowNanos) {
    Map<Peer, Seen> before = Map.copyOf(peers);
    peers.clear();
    next.stream()
        .limit(AlertsConfig.MAX_PEERS)
        .forEach(peer -> peers.put(peer, before.getOrDefault(peer, new Seen(nowNanos))));
  }

  List<Peer> watched() {
    return List.copyOf(peers.keySet());
  }

  /** Records the answer ready or degraded. Ignored for a peer that is not watched any more. */
  void answered(Peer peer, long nowNanos) {
    Seen seen = peers.get(peer);
    if (seen != null) {
      seen.goodNanos = nowNanos;
      seen.failures = 0;
    }
  }

  /** Records any other answer, or none in time. */
  void failed(Peer peer) {
    Seen seen = peers.get(peer);
    if (seen != null && seen.failures < DEAD_TRIES) {
      seen.failures++;
    }
  }

  /** The names of dead peers, in the order of the configuration. */
  List<String> dead(long nowNanos) {
    return peers.entrySet().stream()
        .filter(
            each ->
                each.getValue().failures >= DEAD_TRIES
                    && nowNanos - each.getValue().goodNanos > DEAD_AFTER.toNanos())
        .map(each -> each.getKey().name())
        .toList();
  }
}
