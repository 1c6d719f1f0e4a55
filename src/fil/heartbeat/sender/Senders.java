package fil.heartbeat.sender;

import fil.heartbeat.config.ConfigException;
import fil.heartbeat.config.SendersConfig;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The senders of one Vert.x instance: what they counted, and the rules that bind them together (one
 * sender per target peer and identity, a limit on their number). Thread-safe.
 */
public final class Senders implements Shareable {

  private record Key(String peerId, Object identity) {}

  private final Map<Key, SenderCounters> tallies = new LinkedHashMap<>();
  private int maxTargets = SendersConfig.MAX_TARGETS;

  Senders() {}

  /** The senders of this Vert.x instance. */
  public static Senders of(Vertx vertx) {
    return vertx
        .sharedData()
        .<String, Senders>getLocalMap(Senders.class.getName())
        .computeIfAbsent("", key -> new Senders());
  }

  /** Sets {@code heartbeat.maxTargets}, 1 or more; senders that are up stay up. */
  public synchronized void limit(int maxTargets) {
    if (maxTargets < 1) {
      throw new IllegalArgumentException("maxTargets: " + maxTargets + " (expected: 1 or more)");
    }
    this.maxTargets = maxTargets;
  }

  /** Every sender that is deployed and has a target, in the order of deployment. */
  public synchronized List<SenderStatus> snapshot() {
    return tallies.values().stream().map(SenderCounters::status).toList();
  }

  /**
   * Enters a sender.
   *
   * @param identity equal for equal identities of ours
   * @return takes the sender out again
   * @throws ConfigException when there is one for the pair, or the limit is reached
   */
  synchronized Runnable register(SenderCounters tally, Object identity) {
    Target target = tally.target();
    Key key = new Key(target.peerId(), identity);
    if (tallies.containsKey(key)) {
      throw ConfigException.of(
          "beatTarget", target.address(), "one sender per target peer and identity in one Vert.x");
    }
    if (tallies.size() >= maxTargets) {
      throw ConfigException.of(
          "heartbeat.maxTargets",
          String.valueOf(tallies.size() + 1),
          "at most " + maxTargets + " targets; raise heartbeat.maxTargets for more");
    }
    tallies.put(key, tally);
    return () -> remove(key, tally);
  }

  private synchronized void remove(Key key, SenderCounters tally) {
    tallies.remove(key, tally);
  }
}
