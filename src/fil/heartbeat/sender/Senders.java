package fil.heartbeat.sender;

import fil.heartbeat.config.ConfigException;
import fil.heartbeat.config.SendersConfig;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The senders of one Vert.x instance: their counters and common rules (one sender per target peer
 * and identity, a limit on their number). Thread-safe.
 */
public final class Senders implements Shareable {

  private record Key(String peerId, Object identity) {}

  private final Map<Key, SenderCounters> all = new LinkedHashMap<>();
  private int maxTargets = SendersConfig.MAX_TARGETS;

  Senders() {}

  /** Returns the senders of this Vert.x instance. */
  public static Senders of(Vertx vertx) {
    return vertx
        .sharedData()
        .<String, Senders>getLocalMap(Senders.class.getName())
        .computeIfAbsent("", key -> new Senders());
  }

  /** Sets {@code heartbeat.maxTargets}, 1 or more; running senders are not stopped. */
  public synchronized void limit(int maxTargets) {
    if (maxTargets < 1) {
      throw new IllegalArgumentException("maxTargets: " + maxTargets + " (expected: 1 or more)");
    }
    this.maxTargets = maxTargets;
  }

  /** Returns every sender that is deployed and has a target, in the order of deployment. */
  public synchronized List<SenderStatus> snapshot() {
    return all.values().stream().map(SenderCounters::status).toList();
  }

  /**
   * Registers a sender.
   *
   * @param identity equal for equal local identities
   * @return unregisters the sender
   * @throws ConfigException when the pair already has a sender, or the limit is reached
   */
  synchronized Runnable register(SenderCounters counters, Object identity) {
    Target target = counters.target();
    Key key = new Key(target.peerId(), identity);
    if (all.containsKey(key)) {
      throw ConfigException.of(
          "beatTarget", target.address(), "one sender per target peer and identity in one Vert.x");
    }
    if (all.size() >= maxTargets) {
      throw ConfigException.of(
          "heartbeat.maxTargets",
          String.valueOf(all.size() + 1),
          "at most " + maxTargets + " targets; raise heartbeat.maxTargets for more");
    }
    all.put(key, counters);
    return () -> remove(key, counters);
  }

  private synchronized void remove(Key key, SenderCounters counters) {
    all.remove(key, counters);
  }
}
