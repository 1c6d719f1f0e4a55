package fil.heartbeat.api.health;

import fil.heartbeat.api.access.HealthChanges;
import fil.heartbeat.chain.Network;
import fil.heartbeat.context.Futures;
import fil.heartbeat.fleet.Finality;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.NodeHealth;
import fil.heartbeat.fleet.NodeHealth.Answer;
import fil.heartbeat.fleet.NodeHealth.Member;
import fil.heartbeat.fleet.NodeHealth.NetworkNow;
import fil.heartbeat.fleet.NodeHealth.Round;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the fleet once a second and keeps the answer for each node ready, so that no answer
 * depends on who asks or how often. While the aggregator does not answer, the last answers stay.
 */
public final class HealthWatch {
  private static final Logger log = LoggerFactory.getLogger(HealthWatch.class);

  private static final long PERIOD_MILLIS = 1_000;

  /** The aggregator answers from memory: an answer that takes longer is lost. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final LongFunction<Future<HealthChanges>> changes;
  private final LongSupplier nanoTime;
  private final Runnable ended;
  private final NodeHealth health = new NodeHealth();
  private final Map<String, HealthChanges.Member> members = new HashMap<>();
  private long version;
  private boolean warming = true;

  /** Keys of the networks, and that of the largest; empty before there is one. */
  private Set<String> known = Set.of();

  private String home = "";
  private boolean asking;
  private boolean failing;
  private @Nullable Long timer;

  /**
   * @param changes of the fleet since a version
   * @param nanoTime monotonic
   * @param ended called after each look at the fleet that found something
   */
  HealthWatch(
      Vertx vertx,
      LongFunction<Future<HealthChanges>> changes,
      LongSupplier nanoTime,
      Runnable ended) {
    this.vertx = vertx;
    this.changes = changes;
    this.nanoTime = nanoTime;
    this.ended = ended;
  }

  /** Completes after the first look, whatever it found. */
  Future<Void> start() {
    timer = vertx.setPeriodic(PERIOD_MILLIS, tick -> Futures.logged(look(), log, "health"));
    return look().otherwiseEmpty();
  }

  void close() {
    Long running = timer;
    if (running != null) {
      vertx.cancelTimer(running);
      timer = null;
    }
  }

  /** Whether it is too early to judge, or the fleet was never seen. */
  boolean isWarming() {
    return warming;
  }

  /**
   * Returns the answer for a node of the fleet.
   *
   * @param node peer id or configured name
   */
  Optional<Answer> of(String node, boolean strict) {
    return health.of(node, strict);
  }

  /** Looks at the fleet, as each second; does nothing while it waits for an answer. */
  Future<Void> look() {
    if (asking) {
      return Future.succeededFuture();
    }
    asking = true;
    return Futures.within(
            vertx, vertx.getOrCreateContext(), Futures.call(() -> changes.apply(version)), PATIENCE)
        .onComplete(answer -> asking = false)
        .<Void>map(
            now -> {
              take(now);
              return null;
            })
        .onSuccess(
            taken -> {
              failing = false;
              ended.run();
            })
        .onFailure(
            cause -> {
              if (!failing) {
                failing = true;
                log.warn("health of nodes is not known anew, the last answers stay", cause);
              }
            });
  }

  private void take(HealthChanges now) {
    // Until all is taken: after a failure in between the whole fleet is asked for.
    version = 0;
    if (now.complete()) {
      members.clear();
    }
    now.removed().forEach(members::remove);
    now.nodes().forEach(each -> members.put(each.peerId(), each));
    Map<String, NetworkNow> networks = new HashMap<>();
    // A node that was never seen claims no network: it belongs to the largest.
    String largest = "";
    for (NetworkReport report : now.networks()) {
      String key = key(report.genesisCid());
      largest = largest.isEmpty() ? key : largest;
      networks.put(key, network(report));
    }
    boolean all =
        now.complete()
            || warming != now.warming()
            || !home.equals(largest)
            || !known.equals(networks.keySet());
    warming = now.warming();
    home = largest;
    known = Set.copyOf(networks.keySet());
    health.update(
        new Round(
            warming,
            all,
            (all ? members.values() : now.nodes()).stream().map(this::member).toList(),
            now.removed(),
            networks,
            smallerSide(now.networks()),
            now.at(),
            nanoTime.getAsLong()));
    version = now.version();
  }

  private Member member(HealthChanges.Member each) {
    String claimed = key(each.genesis());
    // One on a wrong network has to be replaced by nodes of the right one.
    boolean right = !claimed.isEmpty() && known.contains(claimed);
    return new Member(
        each.peerId(),
        each.name(),
        right ? claimed : home,
        warming ? each.lastState() : each.state(),
        each.since());
  }

  /**
   * Peer ids on the smaller side of a conflict of finalized tipsets. Of two sides of the same size
   * nobody knows which is right.
   */
  private static Set<String> smallerSide(List<NetworkReport> networks) {
    Set<String> smaller = new HashSet<>();
    for (NetworkReport report : networks) {
      Finality.Conflict conflict = report.extended().finality().conflict();
      if (conflict != null && conflict.isDecided()) {
        smaller.addAll(conflict.smaller());
      }
    }
    return smaller;
  }

  private static NetworkNow network(NetworkReport report) {
    int seconds =
        Optional.ofNullable(report.network())
            .flatMap(Network::named)
            .map(Network::epochSeconds)
            .orElse(Network.USUAL_EPOCH_SECONDS);
    return new NetworkNow(report.votes().inConsensus() > 0, Duration.ofSeconds(seconds));
  }

  private static String key(@Nullable String genesis) {
    return genesis == null ? "" : genesis;
  }
}
