package fil.heartbeat.aggregator;

import fil.heartbeat.aggregator.Overview.Accounts;
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
 * Takes heartbeat streams on a host and keeps the last beat of each peer. The registry lives on
 * this verticle's context; connections live on the host's event loops and hand beats over in
 * batches.
 *
 * <p>The verticle owns the host: undeploying it closes the host.
 */
public final class AggregatorVerticle extends VerticleBase implements AggregatorView {
  private static final Logger log = LoggerFactory.getLogger(AggregatorVerticle.class);

  /** How often the verticle says that it runs; lateness of these ticks is ill health of ours. */
  static final long TICK_MILLIS = 100;

  /** Every so many ticks all nodes are judged. */
  private static final int TICKS_PER_EVALUATION = 10;

  /** Contexts are given to event loops in turn, so that so many find each of them. */
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
  private final boolean ticks;

  /** Anybody may ask for it over HTTP, and it takes time and memory of each node. */
  private final Shared<Snapshot> snapshots = new Shared<>();

  private final Shared<Overview> overviews = new Shared<>();

  private int ticked;

  /** Takes beats of any network, remembers nothing and lets everyone speak. */
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
  }

  @Override
  public Future<?> start() {
    Context context = vertx.getOrCreateContext();
    return history
        .restore(settings.limits().maxNodes(), membership.named())
        .compose(
            before -> {
              Registry restored = new Registry(settings, history, clock.get());
              registry = restored;
              owned = new Owned<>(context, restored);
              restored.membership(membership, clock.get());
              restored.restore(before, clock.get());
              restored.evaluate(clock.get());
              notAnew = history.whenBegunAnew(() -> context.runOnContext(again -> restored.save()));
              Future<?> watched = ticks ? watchLoops() : Future.succeededFuture();
              return watched.compose(ready -> listen(context, restored));
            });
  }

  /** A verticle on each event loop that says that it runs. */
  private Future<?> watchLoops() {
    AtomicInteger numbers = new AtomicInteger();
    return vertx.deployVerticle(
        () -> new LoopWatch(loops, numbers.getAndIncrement(), clock),
        new DeploymentOptions().setInstances(LOOPS));
  }

  private Future<?> listen(Context context, Registry restored) {
    Ingest taking =
        new Ingest(
            context,
            restored,
            clock,
            peer -> membership.standing(peer) == Standing.STRANGER,
            Ingest.Limits.of(settings.limits().beatBurst()));
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
                vertx.setPeriodic(TICK_MILLIS, timer -> tick(restored));
              }
            });
  }

  private boolean mayConnect(PeerId peer) {
    return isCanary(canary, peer) || membership.test(peer);
  }

  /** Who has a part of the memory that strangers cannot take; where all are equal, nobody. */
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
   * So many ticks, as ten times a second, with all event loops well.
   *
   * @param before each of them, on this verticle's context
   */
  Future<Boolean> ticks(int count, Runnable before) {
    return ask(
        restored -> {
          for (int i = 0; i < count; i++) {
            before.run();
            for (int loop = 0; loop < LOOPS; loop++) {
              loops.ran(loop, clock.nanos());
            }
            tick(restored);
          }
          return true;
        });
  }

  private void tick(Registry restored) {
    clock.look().ifPresent(step -> restored.stepped(step, clock.get()));
    Moment now = clock.get();
    restored.tick(now);
    long standstill = loops.longestStandstill(now.nanos());
    restored.delayed(now, standstill - TICK_MILLIS * 1_000_000);
    streams.endUnfinished(now.nanos(), standstill);
    ticked++;
    if (ticked % TICKS_PER_EVALUATION == 0) {
      restored.evaluate(now);
      restored.peers().updateTwins(now, streams::supplant);
    }
  }

  @Override
  public Future<?> stop() {
    notAnew.run();
    Registry judging = registry;
    if (judging != null) {
      // Who said goodbye a moment ago is to be restored as stopped.
      judging.evaluate(clock.get());
      judging.leaving();
    }
    return Future.fromCompletionStage(host.close(), context)
        .eventually(
            () -> {
              Registry restored = registry;
              if (restored != null) {
                restored.save();
              }
              return Future.succeededFuture();
            });
  }

  /** Says who may speak and who is expected from now on; connections of others are closed. */
  public void membership(Membership next) {
    membership = next;
    host.admit(this::mayConnect);
    ask(restored -> {
          restored.membership(next, clock.get());
          return true;
        })
        .onFailure(failure -> log.warn("membership change not applied", failure));
  }

  /**
   * Names the peer by which this process tests itself, in place of the one before; to be called
   * after the deployment succeeded and before the peer connects. It may connect whatever the
   * membership says, and its beats are none: they are in no list, count, vote or history. The
   * height of a beat is its number, and {@link Changes#canary()} tells the newest. Thread-safe.
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
   * An independent node answered.
   *
   * @param genesis CID text; null when not known
   * @param finalizedKey empty when it does not tell
   * @param finalizedHeight -1 when it does not tell
   */
  public void reference(
      String name,
      @Nullable String genesis,
      TipsetKey head,
      long height,
      TipsetKey finalizedKey,
      long finalizedHeight) {
    ask(restored -> {
          restored.onReference(
              name,
              new ReferenceNode.Answer(genesis, head, height, finalizedKey, finalizedHeight),
              clock.get());
          return true;
        })
        .onFailure(
            failure -> log.warn("answer of a reference not processed name={}", name, failure));
  }

  /** The clock that all times here are of. */
  @Override
  public Clocks clock() {
    return clock;
  }

  /** Where it listens, with {@code /p2p/}; to be asked after the deployment succeeded. */
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
    return ask(overviews, this::overviewOf);
  }

  @Override
  public Future<Snapshot> snapshot() {
    return ask(snapshots, this::snapshotOf);
  }

  private Snapshot snapshotOf(Registry restored) {
    return new Snapshot(overviewOf(restored), restored.nodes());
  }

  private Overview overviewOf(Registry restored) {
    Moment now = clock.get();
    return new Overview(
        now.at(),
        restored.version(),
        restored.warming(),
        restored.networks(),
        new Accounts(restored.counts(), restored.forgotten(), host.stats(), history.stats()),
        restored.steps(now));
  }

  @Override
  public Future<Changes> changesSince(long version) {
    return ask(
        restored -> {
          boolean complete = !restored.tells(version);
          Canary own = canary;
          return new Changes(
              overviewOf(restored),
              complete,
              complete ? restored.nodes() : restored.nodesSince(version),
              complete ? List.of() : restored.removedSince(version),
              own == null ? 0 : own.newest());
        });
  }

  @Override
  public Future<Optional<Warmup>> warmup() {
    return ask(restored -> restored.warmup(clock.get()));
  }

  @Override
  public Future<List<Node>> nodes(Collection<String> peerIds) {
    return ask(
        restored ->
            peerIds.stream()
                .map(restored::node)
                .flatMap(node -> Optional.ofNullable(node).stream())
                .toList());
  }

  @Override
  public Future<List<ChainView>> chain(int heights) {
    return ask(restored -> restored.chain(heights));
  }

  @Override
  public Future<Boolean> forget(String peerId) {
    return ask(restored -> restored.forget(peerId, clock.get()));
  }

  /** Asks the registry on its context; the answer comes on the caller's. */
  private <T> Future<T> ask(Function<Registry, T> question) {
    return ask(new Shared<>(), question);
  }

  private <T> Future<T> ask(Shared<T> all, Function<Registry, T> question) {
    Owned<Registry> asked = owned;
    return asked == null
        ? Future.failedFuture(new IllegalStateException("not deployed"))
        : all.ask(asked, question);
  }
}
