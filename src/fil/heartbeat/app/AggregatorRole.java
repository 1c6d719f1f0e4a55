package fil.heartbeat.app;

import fil.heartbeat.aggregator.AggregatorSettings;
import fil.heartbeat.aggregator.AggregatorVerticle;
import fil.heartbeat.aggregator.Membership;
import fil.heartbeat.aggregator.NodeCapacity;
import fil.heartbeat.chain.source.ReferenceVerticle;
import fil.heartbeat.config.AggregatorConfig;
import fil.heartbeat.config.Config;
import fil.heartbeat.config.Libp2pConfig;
import fil.heartbeat.config.MembersConfig;
import fil.heartbeat.config.ReferenceConfig;
import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.FleetSettings;
import fil.heartbeat.history.AlertStore;
import fil.heartbeat.history.History;
import fil.heartbeat.history.NoHistory;
import fil.heartbeat.history.QueueBounds;
import fil.heartbeat.history.SqliteHistory;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.HostProvider;
import fil.heartbeat.libp2p.KeyFile;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.curve.NativeCurves;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The aggregator role: its history, its host, its verticle and the polling of reference nodes. */
final class AggregatorRole implements Role {
  private static final Logger log = LoggerFactory.getLogger(AggregatorRole.class);

  private final Vertx vertx;
  private final Config config;
  private final ProcessLocks locks;
  private final Steps steps;
  private final Capacity.Machine machine;
  private volatile @Nullable AggregatorVerticle verticle;
  private @Nullable String deployed;
  private History history = new NoHistory();
  private AlertStore store = new NoHistory();
  private volatile @Nullable Capacity capacity;

  AggregatorRole(
      Vertx vertx, Config config, ProcessLocks locks, Steps steps, Capacity.Machine machine) {
    this.vertx = vertx;
    this.config = config;
    this.locks = locks;
    this.steps = steps;
    this.machine = machine;
  }

  /** Empty before the start, and without the section. */
  Optional<AggregatorVerticle> verticle() {
    return Optional.ofNullable(verticle);
  }

  History history() {
    return history;
  }

  /** The store of alerts, in the same file. */
  AlertStore store() {
    return store;
  }

  /** The nodes it can handle; empty before {@link #measure}, and without the section. */
  Optional<Capacity> capacity() {
    return Optional.ofNullable(capacity);
  }

  /** The most libp2p connections; 0 without the section. */
  int connections() {
    return capacity().map(Capacity::connections).orElse(0);
  }

  /**
   * Computes the nodes it can handle. To be called before the start.
   *
   * @throws Capacity.TooSmallException when this machine is too small for it
   */
  void measure() {
    config.aggregator().ifPresent(role -> capacity = Capacity.of(role, config, machine));
  }

  @Override
  public Future<Void> start() {
    return config.aggregator().map(this::start).orElse(Future.succeededFuture());
  }

  private Future<Void> start(AggregatorConfig role) {
    return steps
        .take("history", () -> open(role))
        .compose(opened -> steps.take("host", () -> host(role)))
        .compose(host -> steps.take("aggregator", () -> deploy(role, host)))
        .map(
            up -> {
              addresses().stream().skip(1).forEach(each -> log.info("announced address={}", each));
              return null;
            });
  }

  private Future<SqliteHistory> open(AggregatorConfig role) {
    QueueBounds bounds = capacity().map(Capacity::ofHistory).orElse(QueueBounds.DEFAULT);
    return vertx
        .executeBlocking(() -> locks.history(role.dataDir(), bounds))
        .onSuccess(
            opened -> {
              history = opened;
              store = opened;
            });
  }

  private Future<?> deploy(AggregatorConfig role, Host host) {
    AggregatorVerticle made =
        new AggregatorVerticle(
            host,
            role.bind().listen(),
            settings(role),
            membership(role.members()),
            history,
            InstantSource.system(),
            System::nanoTime);
    verticle = made;
    return vertx
        .deployVerticle(made)
        .onSuccess(id -> deployed = id)
        .recover(failure -> Future.failedFuture(bindFailure(failure, role)))
        .compose(id -> references(role, made));
  }

  @Override
  public List<String> ready() {
    return addresses().stream().limit(1).map(bound -> "ready: aggregator " + bound).toList();
  }

  /** Applies the lists of members; other changes of the section need a restart. */
  @Override
  public Future<Config> reload(Config running, Config wanted) {
    AggregatorVerticle up = verticle;
    if (up != null && !running.aggregator().equals(wanted.aggregator())) {
      wanted.aggregator().ifPresent(role -> up.membership(membership(role.members())));
      log.info("members applied");
    }
    return Future.succeededFuture(running.withAggregator(wanted.aggregator()));
  }

  /** The history stays open: other roles may still write while they stop. */
  @Override
  public Future<Void> stop() {
    String id = deployed;
    deployed = null;
    return id == null ? Future.succeededFuture() : vertx.undeploy(id);
  }

  /** Closes the history, when nothing else of the process runs any more. */
  Future<Void> close() {
    return history.close();
  }

  private AggregatorSettings settings(AggregatorConfig role) {
    return new AggregatorSettings(
            role.network(), role.limits(), FleetSettings.DEFAULT.withForkAfter(role.forkAfter()))
        .withCapacity(capacity().map(Capacity::nodes).orElse(NodeCapacity.UNKNOWN));
  }

  private static Membership membership(MembersConfig members) {
    Map<PeerId, Expected> expected = new LinkedHashMap<>();
    members
        .expected()
        .forEach((peer, named) -> expected.put(peer, new Expected(named.name(), named.labels())));
    return new Membership(members.allow(), members.deny(), expected);
  }

  /** Reads the key, which is created when absent, and creates a host with it. */
  private Future<Host> host(AggregatorConfig role) {
    Path keyFile = role.bind().keyFile();
    return vertx.executeBlocking(
        () -> {
          locks.takeKey(keyFile);
          KeyFile.Loaded key = KeyFile.loadOrCreate(keyFile, KeyType.ED25519);
          key.report(log);
          nativeCurves(role);
          Host host =
              config
                  .libp2p()
                  .provider()
                  .create(
                      vertx,
                      key.identity(),
                      config.libp2p().host().withSockets(s -> s.withMaxConnections(connections())));
          host.announce(role.bind().announce());
          return host;
        });
  }

  /** Once the history is open: its start empties the folder that the library is unpacked into. */
  private void nativeCurves(AggregatorConfig role) {
    Libp2pConfig libp2p = config.libp2p();
    if (libp2p.nativeCurves() && libp2p.implementation().equals(HostProvider.BUILT_IN)) {
      NativeCurves.use(role.dataDir().resolve("tmp"))
          .ifPresent(
              why ->
                  log.info(
                      "libsodium not used why=\"{}\" costs=\"0.2 ms of CPU per connection"
                          + " accepted\"",
                      why.replace('"', '\'')));
    }
  }

  /** A port that cannot be bound is a fault of the configuration. */
  private static Throwable bindFailure(Throwable failure, AggregatorConfig role) {
    if (!(failure instanceof Libp2pException known) || known.code() != Code.BIND_FAILED) {
      return failure;
    }
    Throwable cause = known.getCause() == null ? known : known.getCause();
    return new IOException(
        "aggregator.listen: "
            + role.bind().listen()
            + " cannot be bound: "
            + String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT)
            + " (expected: a free port; 0 picks one)",
        failure);
  }

  /** The address to dial from this process; empty before the start, and without the section. */
  Optional<Multiaddr> dialable() {
    return verticle().map(AggregatorRole::dialable);
  }

  /** A wildcard is valid for listening, not for dialling. */
  private static Multiaddr dialable(AggregatorVerticle verticle) {
    return Multiaddr.parse(
        verticle
            .address()
            .toString()
            .replace("/ip4/0.0.0.0/", "/ip4/127.0.0.1/")
            .replace("/ip6/::/", "/ip6/::1/"));
  }

  /**
   * Its bound addresses, followed by those for operators to dial, each with the peer id; empty
   * before the start.
   */
  List<String> addresses() {
    AggregatorVerticle up = verticle;
    if (up == null) {
      return List.of();
    }
    Multiaddr bound = up.address();
    List<String> addresses = new ArrayList<>(List.of(bound.toString()));
    for (Multiaddr announced :
        config.aggregator().map(own -> own.bind().announce()).orElse(List.of())) {
      bound.peerId().ifPresent(self -> addresses.add(announced.withPeerId(self).toString()));
    }
    return addresses;
  }

  /** Starts to poll the reference nodes. */
  private Future<?> references(AggregatorConfig role, AggregatorVerticle up) {
    List<Future<String>> asked = new ArrayList<>();
    for (ReferenceConfig reference : role.references()) {
      asked.add(
          vertx.deployVerticle(
              new ReferenceVerticle(
                  reference.name(),
                  reference.chain(),
                  read ->
                      up.reference(
                          reference.name(),
                          read.genesis(),
                          read.key(),
                          read.height(),
                          read.finalizedKey(),
                          read.finalizedHeight()))));
    }
    return Future.all(asked);
  }
}
