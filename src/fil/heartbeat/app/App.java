package fil.heartbeat.app;

import fil.heartbeat.aggregator.AggregatorVerticle;
import fil.heartbeat.api.ApiSettings;
import fil.heartbeat.api.ApiVerticle;
import fil.heartbeat.api.access.AggregatorReads;
import fil.heartbeat.api.access.LocalToken;
import fil.heartbeat.config.AggregatorConfig;
import fil.heartbeat.config.Config;
import fil.heartbeat.config.FileWatch;
import fil.heartbeat.config.HttpConfig;
import fil.heartbeat.config.NodeConfig;
import fil.heartbeat.config.NodeLabel;
import fil.heartbeat.history.AlertStore;
import fil.heartbeat.history.History;
import fil.heartbeat.history.NoHistory;
import fil.heartbeat.history.SqliteHistory;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.sender.Senders;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon: deploys the roles of a config in the order aggregator, alerts, HTTP, senders, says
 * when each is up, and takes all of it down again, also after a start that failed half way.
 */
public final class App {
  private static final Logger log = LoggerFactory.getLogger(App.class);

  private final Vertx vertx;
  private final String version;
  private final Capacity.Machine machine = Capacity.Machine.ofThisProcess();
  private final Consumer<String> ready;
  private final Steps steps;
  private final ProcessLocks locks;
  private final FileWatch files;
  private final KeyAndSecretWatch secrets;
  private final Promise<Void> started = Promise.promise();
  private volatile boolean begun;

  /** What is up, said once all of it is. */
  private final List<String> ups = new ArrayList<>();

  private final Map<Path, NodeSenders> nodes = new LinkedHashMap<>();
  private Config config;
  private @Nullable AggregatorVerticle aggregator;
  private @Nullable String ingress;
  private @Nullable AlertSwitch alerts;
  private History history = new NoHistory();
  private AlertStore alertStore = new NoHistory();
  private @Nullable String http;

  /** Asked by alerts, which are up before it is. */
  private volatile @Nullable ApiVerticle api;

  private int libp2pConnections;
  private Future<?> changes = Future.succeededFuture();
  private List<String> toldToNeedRestart = List.of();
  private @Nullable Future<Void> stopped;

  /**
   * @param ready gets the lines for standard output
   * @param steps of the start
   * @param locks of what another process may have
   */
  public App(
      Vertx vertx,
      Config config,
      String version,
      Consumer<String> ready,
      Steps steps,
      ProcessLocks locks) {
    this.vertx = vertx;
    this.config = config;
    this.version = version;
    this.ready = ready;
    this.steps = steps;
    this.locks = locks;
    files = new FileWatch(vertx);
    secrets = new KeyAndSecretWatch(files);
  }

  /** Reads the small files of this process; closed when it stops. */
  public FileWatch files() {
    return files;
  }

  /**
   * Done when every role is up; fails with {@link Steps.StoppedException} when it was stopped
   * before. To be called once; after a failure {@link #stop()} takes down what is up.
   */
  public Future<Void> start() {
    begun = true;
    Senders.of(vertx).limit(config.senders().maxTargets());
    Future.<Void>succeededFuture()
        .compose(now -> startAggregator())
        .compose(up -> steps.take("alerts", this::startAlerts))
        .compose(up -> steps.take("http", this::startHttp))
        .compose(up -> startNodes(config.senders().sending()))
        .compose(up -> steps.take("ready", this::tellReady))
        .onComplete(started);
    return started.future();
  }

  private Future<Void> tellReady() {
    Future<?> unused = secrets.watch(config, List.of());
    ups.forEach(ready);
    nodes.values().forEach(node -> ready.accept("ready: sender " + node.label()));
    return Future.succeededFuture();
  }

  public boolean isStopping() {
    return steps.isStopping();
  }

  /** Takes everything down, after the step that a start or a reload is at. Idempotent. */
  public synchronized Future<Void> stop() {
    Future<Void> done = stopped;
    if (done == null) {
      steps.stop();
      locks.stop();
      files.close();
      // Of no context: those of Vert.x end before it does.
      Promise<Void> down = Promise.promise();
      done = down.future();
      stopped = done;
      Future<?> settled = begun ? started.future() : Future.succeededFuture();
      var ignored = Future.join(settled, changes).onComplete(now -> takeDown(down));
    }
    return done;
  }

  private void takeDown(Promise<Void> down) {
    AlertSwitch raised = alerts;
    Future<Void> senders = Future.succeededFuture().compose(now -> stopNodes());
    var ignored =
        undeploy(http)
            .eventually(() -> raised == null ? Future.succeededFuture() : raised.stop())
            .eventually(() -> senders)
            // While its loops can still refuse whoever dials.
            .eventually(() -> undeploy(ingress))
            .onComplete(
                silent ->
                    vertx
                        .close()
                        .eventually(() -> history.close())
                        .onComplete(gone -> locks.close())
                        .onComplete(down::handle));
  }

  /** While there are sockets to say goodbye on: Vert.x takes them away before it undeploys. */
  private Future<Void> stopNodes() {
    return Future.join(nodes.values().stream().map(NodeSenders::stop).toList()).mapEmpty();
  }

  private Future<Void> undeploy(@Nullable String id) {
    return id == null ? Future.succeededFuture() : vertx.undeploy(id);
  }

  /** Applies what can change without a restart, and warns of the rest. One change at a time. */
  public synchronized Future<?> reload(Config next) {
    changes =
        changes
            .transform(before -> steps.isStopping() ? Future.succeededFuture() : apply(next))
            .onFailure(failure -> log.error("config not applied cause={}", failure.getMessage()));
    return changes;
  }

  private Future<?> apply(Config next) {
    locks.begin();
    ConfigChange change = ConfigChange.between(config, next);
    warnOfRestart(change.needRestart());
    Config wanted = change.applied(config, next);
    AggregatorVerticle verticle = aggregator;
    if (verticle != null && !config.aggregator().equals(wanted.aggregator())) {
      wanted
          .aggregator()
          .ifPresent(role -> verticle.membership(AggregatorRole.membership(role.members())));
      log.info("members applied");
    }
    Future<Boolean> alertsApplied = applyAlerts(change, wanted);
    Future<Void> done = alertsApplied.mapEmpty();
    for (NodeConfig gone : change.removed()) {
      done = done.compose(before -> settled(gone, remove(gone)));
    }
    for (ConfigChange.Retarget retarget : change.retargeted()) {
      NodeSenders node = nodes.get(retarget.to().keyFile());
      if (node != null) {
        done =
            done.compose(before -> node.retarget(retarget.to()))
                .compose(
                    after ->
                        node.running().targets().isEmpty()
                            ? settled(retarget.to(), remove(retarget.to()))
                            : Future.succeededFuture());
      }
    }
    for (NodeConfig added : change.added()) {
      done =
          done.compose(
              before ->
                  settled(
                      added,
                      startNode(wanted, added)
                          .recover(
                              failure ->
                                  remove(added)
                                      .transform(removed -> Future.failedFuture(failure)))));
    }
    return done.onSuccess(
        all -> {
          // What did not come up is not there, so that the next change tries it again.
          List<NodeConfig> up = nodes.values().stream().map(NodeSenders::running).toList();
          config =
              wanted
                  .withSenders(wanted.senders().withNodes(up))
                  .withAlerts(alertsApplied.result() ? wanted.alerts() : config.alerts());
          Future<?> unused = secrets.watch(config, change.removed());
          log.info(
              "config applied nodes-added={} nodes-removed={} nodes-retargeted={}",
              change.added().size(),
              change.removed().size(),
              change.retargeted().size());
        });
  }

  /** Whether they are as wanted. */
  private Future<Boolean> applyAlerts(ConfigChange change, Config wanted) {
    AlertSwitch raised = alerts;
    return raised == null || !change.alertsChanged()
        ? Future.succeededFuture(true)
        : raised.reload(wanted);
  }

  private void warnOfRestart(List<String> names) {
    List<String> news = names.stream().filter(name -> !toldToNeedRestart.contains(name)).toList();
    if (!news.isEmpty()) {
      log.warn("needs a restart: {}", String.join(", ", news));
    }
    toldToNeedRestart = names;
  }

  /** One node that is at fault stops no other. */
  private static Future<Void> settled(NodeConfig node, Future<Void> step) {
    return step.recover(
        failure -> {
          if (failure instanceof Steps.StoppedException) {
            return Future.succeededFuture();
          }
          log.error(
              "node not applied, will retry with the next change node={} cause={}",
              NodeLabel.of(node.nickname(), String.valueOf(node.keyFile())),
              failure.getMessage());
          return Future.succeededFuture();
        });
  }

  private Future<Void> remove(NodeConfig gone) {
    NodeSenders node = nodes.remove(gone.keyFile());
    return node == null ? Future.succeededFuture() : node.stop();
  }

  private Future<Void> startNodes(List<NodeConfig> configs) {
    Future<Void> done = Future.succeededFuture();
    for (NodeConfig each : configs) {
      done = done.compose(before -> steps.take("sender", () -> startNode(config, each)));
    }
    return done;
  }

  private Future<Void> startNode(Config whole, NodeConfig each) {
    Optional<Multiaddr> local = Optional.ofNullable(aggregator).map(AggregatorRole::dialable);
    NodeSenders node = new NodeSenders(vertx, whole, each, local, locks);
    nodes.put(each.keyFile(), node);
    return node.start();
  }

  private Future<Void> startAggregator() {
    if (config.aggregator().isEmpty()) {
      return Future.succeededFuture();
    }
    AggregatorConfig role = config.aggregator().get();
    Capacity capacity;
    try {
      capacity =
          Capacity.of(
              role.limits().maxNodes(), config.libp2p().host().sockets().maxConnections(), machine);
    } catch (Capacity.TooSmallException e) {
      return Future.failedFuture(e);
    }
    log.info("{}", capacity);
    libp2pConnections = capacity.connections();
    return steps
        .take("history", () -> open(role))
        .compose(
            opened ->
                steps.take(
                    "host",
                    () -> AggregatorRole.host(vertx, config, role, capacity.connections(), locks)))
        .compose(
            host ->
                steps.take(
                    "aggregator",
                    () -> {
                      AggregatorVerticle verticle =
                          new AggregatorVerticle(
                              host,
                              role.bind().listen(),
                              AggregatorRole.settings(role),
                              AggregatorRole.membership(role.members()),
                              history,
                              InstantSource.system(),
                              System::nanoTime);
                      aggregator = verticle;
                      return vertx
                          .deployVerticle(verticle)
                          .onSuccess(id -> ingress = id)
                          .recover(
                              failure ->
                                  Future.failedFuture(AggregatorRole.bindFailure(failure, role)))
                          .compose(id -> AggregatorRole.references(vertx, role, verticle));
                    }))
        .map(
            id -> {
              addresses().stream().skip(1).forEach(each -> log.info("announced address={}", each));
              ups.add("ready: aggregator " + addresses().get(0));
              return null;
            });
  }

  private Future<SqliteHistory> open(AggregatorConfig role) {
    return vertx
        .executeBlocking(() -> locks.history(role.dataDir()))
        .onSuccess(
            opened -> {
              history = opened;
              alertStore = opened;
            });
  }

  private Future<Void> startAlerts() {
    AggregatorVerticle verticle = aggregator;
    if (verticle == null) {
      return Future.succeededFuture();
    }
    AlertSwitch raised =
        new AlertSwitch(
            vertx,
            verticle,
            AggregatorRole.dialable(verticle),
            alertStore,
            () -> Optional.ofNullable(api).flatMap(ApiVerticle::certificate));
    alerts = raised;
    return raised.apply(config);
  }

  /** Where it listens, and behind it what operators may dial, each with the peer id. */
  private List<String> addresses() {
    return AggregatorRole.addresses(config.aggregator(), aggregator);
  }

  private Future<Void> startHttp() {
    if (config.http().isEmpty()) {
      return Future.succeededFuture();
    }
    HttpConfig role = HttpRole.settings(config.http().get(), libp2pConnections, machine);
    ApiVerticle made =
        new ApiVerticle(
            new ApiSettings(
                role,
                version,
                config.aggregator().map(AggregatorConfig::dataDir).map(LocalToken::in)),
            Optional.ofNullable(aggregator)
                .map(view -> new AggregatorReads(view, history, this::addresses)),
            Optional.ofNullable(alerts),
            () -> Senders.of(vertx).snapshot(),
            files);
    return vertx
        .deployVerticle(made)
        .map(
            id -> {
              api = made;
              http = id;
              ups.add("ready: http " + HttpRole.url(role, made.port()));
              return null;
            });
  }
}
