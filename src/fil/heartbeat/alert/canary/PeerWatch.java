package fil.heartbeat.alert.canary;

import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.AlertsConfig.Peer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which other aggregators live. Holds no clock: times come in, of a monotonic one. One thread at a
 * time.
 */
final class PeerWatch {

  /** How old the last good answer of a dead one is at least; also the time that a new one gets. */
  static final Duration DEAD_AFTER = Duration.ofSeconds(30);

  /** Tries that failed since, at least: a pause of ours is not theirs. */
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
   * Watches these from now on, the first {@link AlertsConfig#MAX_PEERS} of them; what is known of
   * one that stays as it is stays too.
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

  /** It answered that it is ready, or degraded. One that is not watched any more says nothing. */
  void answered(Peer peer, long nowNanos) {
    Seen seen = peers.get(peer);
    if (seen != null) {
      seen.goodNanos = nowNanos;
      seen.failures = 0;
    }
  }

  /** It answered something else, or nothing in time. */
  void failed(Peer peer) {
    Seen seen = peers.get(peer);
    if (seen != null && seen.failures < DEAD_TRIES) {
      seen.failures++;
    }
  }

  /** The names of those that are dead, in the order of the configuration. */
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
