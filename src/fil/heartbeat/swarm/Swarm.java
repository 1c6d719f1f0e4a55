package fil.heartbeat.swarm;

import fil.heartbeat.config.HostProviders;
import fil.heartbeat.context.Causes;
import fil.heartbeat.context.Futures;
import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.HostGroup;
import fil.heartbeat.libp2p.HostProvider;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.wire.HeartbeatProtocol;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a fleet of virtual nodes: dials, beats, loses connections and dials again, until its time is
 * up. All decisions run on one context; a beat costs a write and no thread waits for it.
 */
public final class Swarm {
  private static final Logger log = LoggerFactory.getLogger(Swarm.class);

  /** Dials of one target at once: enough to keep the handshakes of both sides busy. */
  private static final int DIALS = 64;

  private static final long SILENT_BEATS = 15;
  private static final Duration OPEN = Duration.ofSeconds(10);
  private static final long MAX_TICK_MILLIS = 10;
  private static final long PROGRESS_MILLIS = 5_000;

  private final Vertx vertx;
  private final SwarmConfig config;
  private final InstantSource clock;
  private final Consumer<String> progress;
  private final SwarmPlan plan;
  private final HostGroup group;
  private final List<DialOptions> dialOptions;
  private final Context home;
  private final SwarmCounters counters = new SwarmCounters();
  private final Heads heads;
  private final List<DialPace<NodeLink>> paces = new ArrayList<>();
  // By node, then by target.
  private final List<List<NodeLink>> links = new ArrayList<>();
  private final List<@Nullable Future<Host>> hosts = new ArrayList<>();
  private final List<Long> timers = new ArrayList<>();
  private final Promise<Summary> done = Promise.promise();
  private final long startNanos;
  private final BeatRing ring;
  private final Coverage coverage;
  private final BeatRing.Sink beats;
  private Optional<String> lastFailure = Optional.empty();
  private long churns;
  private boolean over;

  /**
   * @param clock of the simulated chain
   * @param progress receives a line now and then
   */
  public Swarm(
      Vertx vertx,
      HostProvider provider,
      SwarmConfig config,
      InstantSource clock,
      Consumer<String> progress) {
    this.vertx = vertx;
    this.config = config;
    this.clock = clock;
    this.progress = progress;
    this.plan = SwarmPlan.of(config);
    Instant start = clock.instant();
    this.heads = new Heads(start, config.recoverAfter().map(start::plus).orElse(Instant.MAX));
    this.group = provider.group(vertx, HostProviders.DEFAULT_LIMITS);
    this.home = vertx.getOrCreateContext();
    Duration period = config.beatPeriod();
    Duration second = Duration.ofSeconds(1);
    Duration patience = Duration.ofSeconds(10);
    DialOptions usual =
        new DialOptions(
            OPEN,
            period.compareTo(second) < 0 ? second : period,
            period.multipliedBy(3).compareTo(patience) < 0 ? patience : period.multipliedBy(3));
    this.dialOptions =
        config.sources().isEmpty()
            ? List.of(usual)
            : config.sources().stream().map(usual::from).toList();
    this.startNanos = System.nanoTime();
    this.ring = new BeatRing(plan.nodes(), period, startNanos);
    this.coverage = new Coverage((long) config.nodes() * config.targets().size(), startNanos);
    this.beats =
        new BeatRing.Sink() {
          @Override
          public void due(VirtualNode node) {
            links.get(node.number() - 1).forEach(Swarm.this::beat);
          }

          @Override
          public void missed(long beatsOfEach) {
            links.forEach(each -> each.forEach(link -> link.gate().missed(beatsOfEach)));
          }
        };
    for (Multiaddr ignored : config.targets()) {
      paces.add(new DialPace<>(DIALS, new Random(config.seed()), startNanos));
    }
    for (VirtualNode node : plan.nodes()) {
      hosts.add(null);
      long most = node.role() == Behaviour.SILENT ? SILENT_BEATS : Long.MAX_VALUE;
      links.add(
          config.targets().stream()
              .map(target -> new NodeLink(node, target, new BeatGate(counters, most)))
              .toList());
    }
  }

  /**
   * Starts; completes when its time is up or it was stopped. The connections stay open until {@link
   * #close}.
   */
  public Future<Summary> run() {
    home.runOnContext(
        start -> {
          if (over) {
            return;
          }
          links.forEach(each -> each.forEach(link -> want(link, 0)));
          long tick = Math.max(1, Math.min(MAX_TICK_MILLIS, config.beatPeriod().toMillis() / 10));
          timers.add(vertx.setPeriodic(tick, id -> tick()));
          timers.add(vertx.setPeriodic(PROGRESS_MILLIS, id -> say(state())));
          timers.add(vertx.setTimer(config.duration().toMillis(), id -> finish()));
          config
              .recoverAfter()
              .ifPresent(after -> timers.add(vertx.setTimer(after.toMillis(), id -> recover())));
        });
    return done.future();
  }

  /** Ends the run early. Idempotent. */
  public Future<Summary> stop() {
    home.runOnContext(stop -> finish());
    return done.future();
  }

  /** Stops and closes all connections. Idempotent. */
  public Future<Void> close() {
    return stop().compose(summary -> Future.fromCompletionStage(group.close(), home));
  }

  /** What nodes report recovers by the clock. */
  private void recover() {
    say("all nodes recover");
    links.forEach(each -> each.forEach(link -> link.gate().recover()));
  }

  private void finish() {
    if (over) {
      return;
    }
    over = true;
    timers.forEach(vertx::cancelTimer);
    long now = System.nanoTime();
    done.complete(Summary.of(config, plan, counters, coverage, lastFailure, now - startNanos, now));
  }

  private void tick() {
    long now = System.nanoTime();
    for (DialPace<NodeLink> pace : paces) {
      pace.take(now).forEach(this::dial);
    }
    ring.advance(now, beats);
    churn(Duration.ofNanos(now - startNanos));
    coverage.update(counters, now).ifPresent(this::say);
  }

  private void churn(Duration elapsed) {
    long due = SwarmPlan.churnsWithin(config.churnPerMinute(), elapsed);
    for (; churns < due && !plan.churners().isEmpty(); churns++) {
      int at = (int) (churns % plan.churners().size());
      links
          .get(plan.churners().get(at).number() - 1)
          .forEach(
              link -> {
                if (link.churn()) {
                  counters.churned();
                }
              });
    }
  }

  private void want(NodeLink link, int failures) {
    pace(link).want(link, failures, System.nanoTime());
  }

  private DialPace<NodeLink> pace(NodeLink link) {
    return paces.get(config.targets().indexOf(link.target()));
  }

  private void dial(NodeLink link) {
    Futures.logged(
        host(link.node())
            .compose(
                host ->
                    Future.fromCompletionStage(
                        host.open(link.target(), HeartbeatProtocol.IDS, optionsOf(link.node())),
                        home))
            .transform(
                result -> {
                  if (!over) {
                    pace(link).settled();
                    Stream stream = result.result();
                    if (stream != null) {
                      connected(link, stream);
                    } else {
                      failed("dial", result.cause());
                      want(link, link.failed());
                    }
                  }
                  return Future.succeededFuture();
                }),
        log,
        "dial of a node");
  }

  /** A node dials from the same source each time, as one of the fleet's machines would. */
  private DialOptions optionsOf(VirtualNode node) {
    return dialOptions.get((node.number() - 1) % dialOptions.size());
  }

  /**
   * Returns the node's host, made off the event loop on its first dial, as making one computes a
   * signature.
   */
  private Future<Host> host(VirtualNode node) {
    Future<Host> host = hosts.get(node.number() - 1);
    if (host == null) {
      host = vertx.executeBlocking(() -> group.host(plan.identity(node)));
      hosts.set(node.number() - 1, host);
    }
    return host;
  }

  private void connected(NodeLink link, Stream stream) {
    link.connected(stream, System.nanoTime());
    Futures.onEnd(
        stream.closed(),
        cause -> home.runOnContext(event -> lost(link, stream, cause)),
        log,
        "end of a stream");
  }

  private void lost(NodeLink link, Stream stream, @Nullable Throwable cause) {
    if (over || link.stream() != stream) {
      return;
    }
    if (!link.isChurning()) {
      failed("lost", cause);
    }
    want(link, link.disconnected(System.nanoTime()));
  }

  private void beat(NodeLink link) {
    Stream stream = link.stream();
    if (!link.gate().due() || stream == null) {
      return;
    }
    Instant now = clock.instant();
    boolean full = link.takesFull(heads.height(link.node(), now), System.nanoTime());
    Futures.onEnd(
        stream.write(heads.frame(link.node(), now, full)),
        cause -> home.runOnContext(event -> written(link, stream, cause)),
        log,
        "write of a beat");
  }

  private void written(NodeLink link, Stream stream, @Nullable Throwable cause) {
    // A failed write means that the stream has ended, which is reported separately.
    if (!over && cause == null && link.stream() == stream) {
      link.gate().written();
    }
  }

  private void failed(String what, @Nullable Throwable failure) {
    Throwable cause = failure == null ? null : Causes.unwrapped(failure);
    String word =
        cause instanceof Libp2pException known
            ? known.code().name().toLowerCase(Locale.ROOT).replace('_', '-')
            : cause == null ? "closed" : "fault";
    counters.failure(what + "-" + word);
    if (cause != null) {
      lastFailure = Optional.of(what + "-" + word + ": " + cause.getMessage());
    }
  }

  private String state() {
    long failures = counters.failures().values().stream().mapToLong(count -> count).sum();
    return "connected="
        + counters.connectedNow()
        + "/"
        + (long) config.nodes() * config.targets().size()
        + " beats="
        + counters.beatsSent()
        + " skipped="
        + counters.beatsSkipped()
        + " churned="
        + counters.disconnections()
        + " failures="
        + failures
        + lastFailure.filter(text -> failures > 0).map(text -> " last=\"" + text + "\"").orElse("");
  }

  private void say(String text) {
    long seconds = Duration.ofNanos(System.nanoTime() - startNanos).toSeconds();
    progress.accept("swarm: " + seconds + "s " + text);
  }
}
