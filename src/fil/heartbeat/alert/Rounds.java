package fil.heartbeat.alert;

import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.aggregator.IngestCounts;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.history.AlertStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens each second: look, keep what changed, tell, keep that it was told. In this order a
 * crash at any step loses nothing: what was not kept is seen again, and what was told and not kept
 * as told is told again under the same id. One context.
 */
final class Rounds {
  private static final Logger log = LoggerFactory.getLogger(Rounds.class);

  private final AlertEngine engine;
  private final AggregatorView view;
  private final Surroundings around;
  private final Function<SinkConfig, Sink> sinks;
  private final Patience patience;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Keeping keeping;
  private final Wellness wellness = new Wellness();
  private Map<String, Post> posts = new LinkedHashMap<>();
  private long version;
  private boolean rounding;
  private boolean seeing = true;
  private double evaluationSeconds;

  /**
   * @param sinks may throw when a sink cannot be made
   */
  Rounds(
      AlertsConfig config,
      List<AlertStore.Piece> kept,
      AggregatorView view,
      AlertStore store,
      Surroundings around,
      Function<SinkConfig, Sink> sinks,
      Patience patience,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.view = view;
    this.around = around;
    this.sinks = sinks;
    this.patience = patience;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.keeping = new Keeping(store, clock);
    posts = posts(config);
    engine = new AlertEngine(config, kept, clock.instant());
  }

  AlertEngine engine() {
    return engine;
  }

  Instant now() {
    return clock.instant();
  }

  /** One round; nothing when one is under way. Never fails. */
  Future<Void> round() {
    if (rounding) {
      return Future.succeededFuture();
    }
    rounding = true;
    return look()
        .compose(seen -> keep())
        .onSuccess(kept -> tell())
        .onComplete(ended -> rounding = false)
        .otherwiseEmpty();
  }

  private Future<Void> look() {
    return view.changesSince(version)
        .compose(changes -> view.counts().map(counts -> observe(changes, counts)))
        .onSuccess(
            done -> {
              if (!seeing) {
                log.info("alerts are evaluated again");
                seeing = true;
              }
            })
        .onFailure(
            failure -> {
              // What was missed is unknown: the next round begins with everything.
              version = 0;
              if (seeing) {
                log.error("alerts not evaluated, it is tried again each second", failure);
                seeing = false;
              }
            })
        .mapEmpty();
  }

  private boolean observe(Changes changes, IngestCounts counts) {
    Instant now = clock.instant();
    long begun = nanoTime.getAsLong();
    engine.observe(
        new Picture(
            now,
            changes.warming(),
            changes.complete(),
            changes.nodes(),
            changes.removed(),
            changes.networks(),
            wellness.faults(
                around.history(),
                keeping.fault(now),
                changes.networks(),
                counts,
                posts.values(),
                around.canary(),
                now),
            around.deadPeers(),
            around.canaryBeat()));
    version = changes.version();
    evaluationSeconds = (nanoTime.getAsLong() - begun) / 1e9;
    return true;
  }

  /** Waits for the store, but not for long: that people are told matters more. Never fails. */
  Future<Void> keep() {
    boolean late = keeping.isLate(clock.instant());
    Future<Void> kept = keeping.keep(engine.takeUnsaved());
    return late
        ? Future.succeededFuture()
        : patience.within(kept, Keeping.PATIENCE).otherwiseEmpty();
  }

  private void tell() {
    for (Post post : posts.values()) {
      engine
          .due(post.config().name(), clock.instant())
          .ifPresent(due -> settle(due, post.deliver(due), post::succeeded, post::failed));
    }
    engine
        .due(AlertEngine.CANARY_SINK, clock.instant())
        .ifPresent(due -> settle(due, around.tellCanary(due), now -> {}, (cause, now) -> {}));
  }

  /** What is done with a failure. */
  private interface Failing {
    void failed(DeliveryException cause, Instant now);
  }

  private void settle(
      Notification told, Future<Void> attempt, Consumer<Instant> succeeded, Failing failing) {
    var ignored =
        attempt.transform(
            result -> {
              Instant now = clock.instant();
              if (result.succeeded()) {
                engine.delivered(told, now);
                succeeded.accept(now);
              } else {
                DeliveryException cause = Post.typed(result.cause());
                engine.failed(told, cause, now);
                failing.failed(cause, now);
              }
              return keep();
            });
  }

  /**
   * Goes on with another configuration. Sinks whose configuration did not change stay as they are.
   * When one cannot be made, nothing changes and this throws.
   */
  void apply(AlertsConfig next) {
    Map<String, Post> after = posts(next);
    engine.config(next, clock.instant());
    List<Post> gone = new ArrayList<>(posts.values());
    gone.removeAll(after.values());
    posts = after;
    gone.forEach(Rounds::close);
    var ignored = keep();
  }

  private Map<String, Post> posts(AlertsConfig config) {
    Map<String, Post> after = new LinkedHashMap<>();
    List<Post> made = new ArrayList<>();
    try {
      for (SinkConfig each : config.sinks()) {
        Post post = posts.get(each.name());
        if (post == null || !post.config().equals(each)) {
          post = new Post(sinks.apply(each), patience);
          made.add(post);
        }
        after.put(each.name(), post);
      }
    } catch (RuntimeException e) {
      made.forEach(Rounds::close);
      throw e;
    }
    return after;
  }

  private static void close(Post post) {
    var ignored = post.close();
  }

  AlertStats stats() {
    Map<String, Long> dropped = new TreeMap<>(engine.dropped());
    long unused = dropped.merge(Keeping.DROPPED_ENDED, keeping.dropped(), Long::sum);
    return new AlertStats(
        dropped,
        evaluationSeconds,
        posts.values().stream()
            .map(post -> post.stats(engine.waiting(post.config().name())))
            .toList(),
        around.canary().orElse(null));
  }

  /** What is under way to sinks ended. Never fails. */
  Future<Void> idle() {
    return Future.join(posts.values().stream().map(Post::idle).toList()).otherwiseEmpty().mapEmpty();
  }

  /** Waits shortly for what is under way, keeps what is left and closes the sinks. */
  Future<Void> close(Duration limit) {
    return patience
        .within(idle(), limit)
        .transform(ended -> keep())
        .compose(
            kept ->
                patience.within(
                    Future.join(posts.values().stream().map(Post::close).toList()), limit))
        .otherwiseEmpty()
        .mapEmpty();
  }
}
