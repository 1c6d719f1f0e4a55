package fil.heartbeat.aggregator;

import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.context.Owned;
import fil.heartbeat.fleet.FleetSettings;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.history.History;
import fil.heartbeat.history.NoHistory;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.wire.HeartbeatProtocol;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.VertxOptions;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts heartbeat streams on a host, stores the last beat of each peer and judges all of them.
 * The registry lives on this verticle's context; connections live on the host's event loops and
 * deliver beats to it in batches.
 *
 * <p>The verticle owns the host: undeploying it closes the host.
 */
public final class AggregatorVerticle extends VerticleBase implements AggregatorView {
  private static final Logger log = LoggerFactory.getLogger(AggregatorVerticle.class);

  /** Interval of the ticks that prove that this process runs; a late tick is a delay of our own. */
  static final long TICK_MILLIS = 100;

  /** All nodes are judged once per this many ticks. */
  private static final int TICKS_PER_EVALUATION = 10;

  /** Vert.x assigns contexts to event loops in turn, so this many contexts cover every loop. */
  private static final int LOOPS = VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE;

  private final Host host;
  private final Multiaddr listen;
  private final AggregatorSettings settings;
  private final History history;
  private final Clocks clock;
  private volatile Membership membership;
  private volatile @Nullable Canary canary;
  private volatile @Nullable Ingest ingest;
  private @Nullable Registry registry;
  private @Nullable Owned<Registry> owned;
  private @Nullable Multiaddr address;
  private Runnable notAnew = () -> {};
  private final LoopActivity loops;
  private final BeatStreams streams;
  private final OverviewReader overview;
  private final boolean ticks;

  /** Shared between concurrent requests: a snapshot costs time and memory for each node. */
  private final Shared<Snapshot> snapshots = new Shared<>();

  private final Shared<Overview> overviews = new Shared<>();

  private int ticked;

  /** Accepts every peer and beats of any network, and stores no history. */
  public AggregatorVerticle(Host host, Multiaddr listen) {
    this(
        host,
        listen,
        AggregatorSettings.DEFAULT,
        Membership.OPEN,
        new NoHistory(),
        InstantSource.system(),
        System::nanoTime);
  }

  /**
   * @param listen TCP multiaddr without peer id; port 0 picks a free one
   * @param history stays open when this verticle stops
   * @param nanoTime monotonic
   */
  public AggregatorVerticle(
      Host host,
      Multiaddr listen,
      AggregatorSettings settings,
      Membership membership,
      History history,
      InstantSource wall,
      LongSupplier nanoTime) {
    this(host, listen, settings, membership, history, new Clocks(nanoTime, wall), nanoTime, true);
  }

  /**
   * @param ticks false when {@link #ticks} is called from outside
   */
  AggregatorVerticle(
      Host host,
      Multiaddr listen,
      AggregatorSettings settings,
      Membership membership,
      History history,
      Clocks clock,
      LongSupplier nanoTime,
      boolean ticks) {
    this.host = host;
    this.listen = listen;
    this.settings = settings;
    this.membership = membership;
    this.history = history;
    this.clock = clock;
    this.ticks = ticks;
    this.loops = new LoopActivity(LOOPS, nanoTime.getAsLong());
    this.streams = new BeatStreams(nanoTime);
    this.overview = new OverviewReader(settings, host, history);
  }

  @Override
  public Future<?> start() {
    Context context = vertx.getOrCreateContext();
    return history
        .restore(settings.limits().maxNodes(), membership.named())
        .compose(
            before -> {
              Registry registry = new Registry(settings, history, clock.get());
              this.registry = registry;
              owned = new Owned<>(context, registry);
              registry.membership(membership, clock.get());
              registry.restore(before, clock.get());
              registry.evaluate(clock.get());
              Runnable save = () -> registry.save(clock.get());
              notAnew = history.whenBegunAnew(() -> context.runOnContext(again -> save.run()));
              Future<?> watched = ticks ? watchLoops() : Future.succeededFuture();
              return watched.compose(ready -> listen(context, registry));
            });
  }

  /** Deploys a verticle on each event loop that reports when the loop last ran. */
  private Future<?> watchLoops() {
    AtomicInteger numbers = new AtomicInteger();
    return vertx.deployVerticle(
        () -> new LoopWatch(loops, numbers.getAndIncrement(), clock),
        new DeploymentOptions().setInstances(LOOPS));
  }

  private Future<?> listen(Context context, Registry registry) {
    Ingest taking =
        new Ingest(
            context,
            registry,
            clock,
            peer -> membership.standing(peer) == Standing.STRANGER,
            Ingest.Limits.of(settings.limits().beatBurst(), settings.capacity().nodes()));
    ingest = taking;
    host.admit(this::mayConnect);
    host.expect(this::isExpected);
    host.onGoAway((peer, from) -> sinkFor(peer, taking).farewell(peer, from.toString()));
    HeartbeatProtocol.IDS.forEach(
        id ->
            host.handle(
                id, stream -> streams.listen(stream, sinkFor(stream.remotePeer(), taking))));
    return Future.fromCompletionStage(host.listen(listen), context)
        .onSuccess(
            bound -> {
              address = bound;
              log.info("aggregator listening address={}", bound);
              if (ticks) {
                vertx.setPeriodic(TICK_MILLIS, timer -> tick(registry));
              }
            });
  }

  private boolean mayConnect(PeerId peer) {
    return isCanary(canary, peer) || membership.test(peer);
  }

  /**
   * Whether a part of the memory is reserved for this peer; for nobody when all peers have equal
   * rights.
   */
  private boolean isExpected(PeerId peer) {
    Membership now = membership;
    return isCanary(canary, peer) || (!now.isOpen() && now.standing(peer) != Standing.STRANGER);
  }

  private BeatSink sinkFor(PeerId peer, BeatSink all) {
    Canary own = canary;
    return own != null && isCanary(own, peer) ? own : all;
  }

  private static boolean isCanary(@Nullable Canary own, PeerId peer) {
    return own != null && own.peer().equals(peer);
  }

  /**
   * Runs this many ticks, as if ten times a second with all event loops running.
   *
   * @param before runs before each tick, on this verticle's context
   */
  Future<Boolean> ticks(int count, Runnable before) {
    return ask(
        registry -> {
          for (int i = 0; i < count; i++) {
            before.run();
            for (int loop = 0; loop < LOOPS; loop++) {
              loops.ran(loop, clock.nanos());
            }
            tick(registry);
          }
          return true;
        });
  }

  private void tick(Registry registry) {
    clock.step().ifPresent(step -> registry.stepped(step, clock.get()));
    Moment now = clock.get();
    drained(registry).tick(now);
    long standstill = loops.longestStandstill(now.nanos());
    registry.delayed(now, standstill - TICK_MILLIS * 1_000_000);
    streams.endUnfinished(now.nanos(), standstill);
    ticked++;
    if (ticked % TICKS_PER_EVALUATION == 0) {
      registry.evaluate(now);
      registry.peers().updateTwins(now, streams::supplant);
      overview.update(registry, membership.isOpen());
    }
  }

  @Override
  public Future<?> stop() {
    notAnew.run();
    Registry judging = registry;
    if (judging != null) {
      // A node that said goodbye a moment ago must be registry as stopped.
      drained(judging).evaluate(clock.get());
      judging.leaving();
    }
    return Future.fromCompletionStage(host.close(), context)
        .eventually(
            () -> {
              if (judging != null) {
                drained(judging).save(clock.get());
              }
              return Future.succeededFuture();
            });
  }

  /** Replaces the membership; connections of peers that it does not admit are closed. */
  public void membership(Membership next) {
    membership = next;
    host.admit(this::mayConnect);
    host.expect(this::isExpected);
    ask(registry -> {
          registry.membership(next, clock.get());
          return true;
        })
        .onFailure(failure -> log.warn("membership change not applied", failure));
  }

  /**
   * Sets the peer by which this process tests itself and replaces the previous one. Call it after
   * the deployment succeeded and before the peer connects. It may connect whatever the membership
   * says, but its beats are left out of every list, count, vote and history. The height of a beat
   * is its number, and {@link Changes#canary()} holds the newest. Thread-safe.
   *
   * @throws IllegalStateException when not deployed
   */
  public void canary(PeerId peer) {
    Ingest taking = ingest;
    if (taking == null) {
      throw new IllegalStateException("not deployed");
    }
    canary = new Canary(peer, taking);
  }

  /**
   * Takes the answer of an independent node.
   *
   * @param genesis CID text; null when not known
   * @param finalizedKey empty when the node does not report it
   * @param finalizedHeight -1 when the node does not report it
   */
  public void reference(
      String name,
      @Nullable String genesis,
      TipsetKey head,
      long height,
      TipsetKey finalizedKey,
      long finalizedHeight) {
    ask(registry -> {
          registry.onReference(
              name,
              new ReferenceNode.Answer(genesis, head, height, finalizedKey, finalizedHeight),
              clock.get());
          return true;
        })
        .onFailure(
            failure -> log.warn("answer of a reference not processed name={}", name, failure));
  }

  /** Returns the clock of all times in this package. */
  @Override
  public Clocks clock() {
    return clock;
  }

  /** Returns the bound listen address, with {@code /p2p/}. Valid after the deployment succeeded. */
  public Multiaddr address() {
    Multiaddr bound = address;
    if (bound == null) {
      throw new IllegalStateException("not deployed");
    }
    return bound;
  }

  @Override
  public FleetSettings judgedBy() {
    return settings.fleet();
  }

  @Override
  public Future<Overview> overview() {
    return ask(overviews, registry -> overview.read(registry, clock.get()));
  }

  @Override
  public Future<Snapshot> snapshot() {
    return ask(snapshots, this::snapshotOf);
  }

  private Snapshot snapshotOf(Registry registry) {
    return new Snapshot(overview.read(registry, clock.get()), registry.nodes());
  }

  @Override
  public Future<Changes> changesSince(long version) {
    return ask(
        registry -> {
          boolean complete = !registry.coversSince(version);
          Canary own = canary;
          return new Changes(
              overview.read(registry, clock.get()),
              complete,
              complete ? registry.nodes() : registry.nodesSince(version),
              complete ? List.of() : registry.removedSince(version),
              own == null ? 0 : own.newest());
        });
  }

  @Override
  public Future<Optional<Warmup>> warmup() {
    return ask(registry -> registry.warmup(clock.get()));
  }

  @Override
  public Future<List<Node>> nodes(Collection<String> peerIds) {
    return ask(
        registry ->
            peerIds.stream()
                .map(registry::node)
                .flatMap(node -> Optional.ofNullable(node).stream())
                .toList());
  }

  @Override
  public Future<List<ChainView>> chain(int heights) {
    return ask(registry -> registry.chain(heights));
  }

  @Override
  public Future<Boolean> forget(String peerId) {
    return ask(registry -> registry.forget(peerId, clock.get()));
  }

  /** Queries the registry on its context; the result arrives on the caller's context. */
  private <T> Future<T> ask(Function<Registry, T> question) {
    return ask(new Shared<>(), question);
  }

  private <T> Future<T> ask(Shared<T> all, Function<Registry, T> question) {
    Owned<Registry> asked = owned;
    return asked == null
        ? Future.failedFuture(new IllegalStateException("not deployed"))
        : all.ask(asked, registry -> question.apply(drained(registry)));
  }

  /** Returns the registry after it took what waits for it. */
  private Registry drained(Registry registry) {
    Ingest taking = ingest;
    boolean unused = taking != null && taking.drain();
    return registry;
  }
}
