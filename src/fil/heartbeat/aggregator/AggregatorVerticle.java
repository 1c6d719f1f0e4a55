package fil.heartbeat.aggregator;

import fil.heartbeat.history.HistoryStats;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.Multiaddr;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
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

  /** The ids under which heartbeats are served. rust-libp2p cannot say the first. */
  public static final List<String> PROTOCOLS =
      List.of("fil/heartbeat/1.0.0", "/fil/heartbeat/1.0.0");

  private final Host host;
  private final Multiaddr listen;
  private final InstantSource clock;
  private final Registry registry;
  private @Nullable Context home;
  private @Nullable Multiaddr address;

  /**
   * @param listen TCP multiaddr without peer id; port 0 picks a free one
   * @param networkOfGenesis name of the network of a genesis CID, null when unknown
   */
  public AggregatorVerticle(
      Host host,
      Multiaddr listen,
      Function<String, @Nullable String> networkOfGenesis,
      InstantSource clock) {
    this.host = host;
    this.listen = listen;
    this.clock = clock;
    this.registry = new Registry(Registry.MAX_NODES, networkOfGenesis);
  }

  @Override
  public Future<?> start() {
    Context context = vertx.getOrCreateContext();
    home = context;
    Ingest ingest = new Ingest(context, registry, clock, Ingest.MAX_WAITING);
    PROTOCOLS.forEach(id -> host.handle(id, stream -> new BeatListener(stream, ingest)));
    return Future.fromCompletionStage(host.listen(listen), context)
        .onSuccess(
            bound -> {
              address = bound;
              log.info("aggregator listening address={}", bound);
            });
  }

  @Override
  public Future<?> stop() {
    return Future.fromCompletionStage(host.close(), context);
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
  public Future<Snapshot> snapshot() {
    return ask(
        () ->
            new Snapshot(
                clock.instant(),
                0,
                false,
                registry.nodes(),
                List.of(),
                registry.counts(),
                registry.forgotten(),
                host.stats(),
                HistoryStats.OFF));
  }

  @Override
  public Future<Changes> changesSince(long version) {
    return ask(
        () -> new Changes(clock.instant(), 0, true, false, registry.nodes(), List.of(), List.of()));
  }

  @Override
  public Future<List<Node>> nodes(Collection<String> peerIds) {
    return ask(
        () -> registry.nodes().stream().filter(node -> peerIds.contains(node.peerId())).toList());
  }

  @Override
  public Future<List<ChainView>> chain(int heights) {
    return ask(List::of);
  }

  @Override
  public Future<Boolean> forget(String peerId) {
    return ask(() -> false);
  }

  /** Asks the registry on its context; the answer comes on the caller's. */
  private <T> Future<T> ask(Supplier<T> question) {
    Context context = home;
    if (context == null) {
      return Future.failedFuture(new IllegalStateException("not deployed"));
    }
    Context caller = Vertx.currentContext();
    Promise<T> promise = Promise.promise();
    context.runOnContext(
        nothing -> {
          T answer = question.get();
          if (caller == null) {
            promise.complete(answer);
          } else {
            caller.runOnContext(ignored -> promise.complete(answer));
          }
        });
    return promise.future();
  }
}
