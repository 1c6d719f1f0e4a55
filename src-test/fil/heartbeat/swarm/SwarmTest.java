package fil.heartbeat.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.AggregatorVerticle;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.aggregator.Snapshot;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostProvider;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.testing.CanIgnoreReturnValue;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;

/** A small swarm over real libp2p against real aggregators. */
@ExtendWith(VertxExtension.class)
class SwarmTest {
  private static final HostProvider PROVIDER = HostProvider.named("built-in");
  private static final Multiaddr ANY = Multiaddr.parse("/ip4/127.0.0.1/tcp/0");

  private final ConcurrentLinkedQueue<String> progress = new ConcurrentLinkedQueue<>();

  @CanIgnoreReturnValue
  private static <T> T done(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(50, TimeUnit.SECONDS);
  }

  private static <T> T once(Vertx vertx, Supplier<Future<T>> state, Predicate<T> wanted)
      throws Exception {
    Promise<T> promise = Promise.promise();
    long timer =
        vertx.setPeriodic(
            20,
            id ->
                state
                    .get()
                    .onSuccess(
                        now -> {
                          if (wanted.test(now)) {
                            promise.tryComplete(now);
                          }
                        })
                    .onFailure(promise::tryFail));
    try {
      return done(promise.future());
    } finally {
      vertx.cancelTimer(timer);
    }
  }

  private static void once(Vertx vertx, BooleanSupplier wanted) throws Exception {
    boolean ignored = once(vertx, () -> Future.succeededFuture(wanted.getAsBoolean()), is -> is);
  }

  private static AggregatorVerticle aggregator(Vertx vertx) throws Exception {
    Identity identity = Identity.generate(KeyType.ED25519);
    AggregatorVerticle verticle =
        new AggregatorVerticle(PROVIDER.create(vertx, identity, HostConfig.DEFAULT), ANY);
    done(vertx.deployVerticle(verticle));
    return verticle;
  }

  private Swarm swarm(Vertx vertx, SwarmConfig config) {
    return new Swarm(vertx, PROVIDER, config, InstantSource.system(), progress::add);
  }

  private static SwarmConfig config(int nodes, String target, String... words) {
    String[] all = java.util.Arrays.copyOf(words, words.length + 2);
    all[words.length] = "--target " + target;
    all[words.length + 1] = "--duration 1h";
    return Configs.of(nodes, all);
  }

  private static void assertEquation(Summary summary) {
    assertThat(summary.beatsDue())
        .isEqualTo(
            summary.beatsSent()
                + summary.beatsSkipped().values().stream().mapToLong(each -> each).sum());
  }

  @Test
  void theAggregatorSeesExactlyThePlannedFleet(Vertx vertx) throws Exception {
    AggregatorVerticle aggregator = aggregator(vertx);
    SwarmConfig config =
        config(
            30,
            aggregator.address().toString(),
            "--beat-period 100ms",
            "--fork 20",
            "--lag 10",
            "--silent 10",
            "--seed 5");
    SwarmPlan plan = SwarmPlan.of(config);
    Map<String, VirtualNode> fleet =
        plan.nodes().stream()
            .collect(
                Collectors.toMap(node -> plan.identity(node).peerId().toString(), node -> node));
    Swarm swarm = swarm(vertx, config);
    Future<Summary> run = swarm.run();
    Snapshot seen =
        once(
            vertx,
            aggregator::snapshot,
            now ->
                now.nodes().size() == 30
                    && now.nodes().stream()
                        .allMatch(
                            node -> {
                              boolean silent =
                                  fleet.containsKey(node.peerId())
                                      && fleet.get(node.peerId()).role() == Behaviour.SILENT;
                              return node.contact().beats() >= (silent ? 15 : 18);
                            }));
    done(swarm.stop());
    Summary summary = done(run);
    assertThat(seen.nodes()).extracting(Node::peerId).hasSameElementsAs(fleet.keySet());
    Set<String> main = new HashSet<>();
    Set<String> branch = new HashSet<>();
    long best = seen.nodes().stream().mapToLong(SwarmTest::height).max().orElse(0);
    for (Node node : seen.nodes()) {
      VirtualNode virtual = Objects.requireNonNull(fleet.get(node.peerId()));
      assertThat(node.connected()).isTrue();
      assertThat(node.claims().nickname()).isEqualTo(virtual.nickname());
      assertThat(node.claims().minerAddress()).isEqualTo(virtual.minerAddress());
      assertThat(node.network()).isEqualTo("simulated");
      (virtual.role() == Behaviour.FORKED ? branch : main).addAll(node.claims().head());
      if (virtual.role() == Behaviour.SILENT) {
        assertThat(node.contact().beats()).isEqualTo(15);
      }
      if (virtual.role() == Behaviour.LAGGING) {
        assertThat(best - height(node)).isBetween(5L, 11L);
      }
    }
    assertThat(main).isNotEmpty().doesNotContainAnyElementsOf(branch);
    assertThat(branch).isNotEmpty();

    assertEquation(summary);
    assertThat(summary.connected()).isEqualTo(30);
    assertThat(summary.connects()).isEqualTo(30);
    assertThat(summary.allConnectedSeconds()).isPresent();
    assertThat(summary.failures()).isEmpty();
    assertThat(summary.shares())
        .isEqualTo(Map.of("forked", 6, "lagging", 3, "silent", 3, "churning", 0, "healthy", 18));
    assertThat(progress).anyMatch(line -> line.contains("all 30 connected after"));
    Snapshot after =
        once(
            vertx,
            aggregator::snapshot,
            now -> now.overview().accounts().beats().received() >= summary.beatsSent());
    assertThat(after.overview().accounts().beats().received())
        .isBetween(
            summary.beatsSent(),
            summary.beatsSent() + summary.beatsSkipped().getOrDefault("unfinished", 0L));
    done(swarm.close());
    Snapshot ignored =
        once(
            vertx,
            aggregator::snapshot,
            now ->
                now.nodes().stream().noneMatch(Node::connected)
                    && now.overview().accounts().host().connections() == 0);
  }

  private static long height(Node node) {
    return Objects.requireNonNull(node.claims().height());
  }

  @Test
  void aFleetReconnectsAfterLosingItsConnections(Vertx vertx) throws Exception {
    Host listener = PROVIDER.create(vertx, Identity.generate(KeyType.ED25519), HostConfig.DEFAULT);
    ConcurrentLinkedQueue<Stream> streams = new ConcurrentLinkedQueue<>();
    listener.handle(
        "fil/heartbeat/1.0.0",
        stream -> {
          streams.add(stream);
          return bytes -> {};
        });
    Multiaddr address = done(Future.fromCompletionStage(listener.listen(ANY)));
    Swarm swarm = swarm(vertx, config(10, address.toString(), "--beat-period 50ms"));
    Future<Summary> run = swarm.run();
    once(vertx, () -> streams.size() == 10 && said("all 10 connected after"));
    streams.forEach(Stream::closeConnection);
    once(vertx, () -> streams.size() == 20 && said("all 10 connected again"));
    done(swarm.stop());
    Summary summary = done(run);
    assertEquation(summary);
    assertThat(summary.connected()).isEqualTo(10);
    assertThat(summary.connects()).isEqualTo(20);
    assertThat(summary.failures()).isEqualTo(Map.of("lost-connection-lost", 10L));
    done(swarm.close());
    done(Future.fromCompletionStage(listener.close()));
  }

  /** Only Linux has all of 127.0.0.0/8 without being told to. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void nodesComeFromTheSourcesInTurn(Vertx vertx) throws Exception {
    Host listener = PROVIDER.create(vertx, Identity.generate(KeyType.ED25519), HostConfig.DEFAULT);
    ConcurrentLinkedQueue<String> remotes = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<Stream> streams = new ConcurrentLinkedQueue<>();
    listener.handle(
        "fil/heartbeat/1.0.0",
        stream -> {
          streams.add(stream);
          remotes.add(stream.remotePeer() + " " + stream.remoteAddress().value("ip4").orElse(""));
          return bytes -> {};
        });
    Multiaddr address = done(Future.fromCompletionStage(listener.listen(ANY)));
    SwarmConfig config = config(5, address.toString(), "--source 127.0.0.2,127.0.0.3");
    SwarmPlan plan = SwarmPlan.of(config);
    List<String> planned =
        plan.nodes().stream()
            .map(
                node ->
                    plan.identity(node).peerId() + " 127.0.0." + (node.number() % 2 == 1 ? 2 : 3))
            .toList();
    Swarm swarm = swarm(vertx, config);
    Future<Summary> run = swarm.run();
    once(vertx, () -> streams.size() == 5 && said("all 5 connected after"));
    assertThat(remotes).containsExactlyInAnyOrderElementsOf(planned);
    streams.forEach(Stream::closeConnection);
    once(vertx, () -> streams.size() == 10 && said("all 5 connected again"));
    assertThat(Set.copyOf(remotes)).hasSize(5);
    done(swarm.close());
    assertThat(done(run).toJson().getJsonArray("sources"))
        .containsExactly("127.0.0.2", "127.0.0.3");
    done(Future.fromCompletionStage(listener.close()));
  }

  private boolean said(String words) {
    return progress.stream().anyMatch(line -> line.contains(words));
  }

  @Test
  void churningNodesReconnectAndAreNoFailures(Vertx vertx) throws Exception {
    AggregatorVerticle aggregator = aggregator(vertx);
    Swarm swarm =
        swarm(
            vertx,
            config(10, aggregator.address().toString(), "--beat-period 50ms", "--churn 3000"));
    Future<Summary> run = swarm.run();
    Snapshot ignored =
        once(vertx, aggregator::snapshot, now -> now.overview().accounts().host().upgrades() >= 20);
    done(swarm.stop());
    Summary summary = done(run);
    assertEquation(summary);
    assertThat(summary.churned()).isGreaterThanOrEqualTo(8);
    assertThat(summary.shares()).containsEntry("churning", 10);
    assertThat(summary.failures()).isEmpty();
    done(swarm.close());
  }

  @Test
  void twoAggregatorsReceiveTheSameNodes(Vertx vertx) throws Exception {
    AggregatorVerticle one = aggregator(vertx);
    AggregatorVerticle other = aggregator(vertx);
    Swarm swarm =
        swarm(vertx, config(5, one.address() + "," + other.address(), "--beat-period 50ms"));
    Future<Summary> run = swarm.run();
    for (AggregatorVerticle each : List.of(one, other)) {
      Snapshot seen = once(vertx, each::snapshot, now -> now.nodes().size() == 5);
      assertThat(seen.nodes())
          .extracting(node -> node.claims().nickname())
          .contains("swarm-00001", "swarm-00005");
    }
    done(swarm.close());
    Summary summary = done(run);
    assertEquation(summary);
    assertThat(summary.connections()).isEqualTo(10);
    assertThat(summary.connects()).isEqualTo(10);
  }
}
