package fil.heartbeat.app;

import fil.heartbeat.alert.AlertView;
import fil.heartbeat.alert.Validity;
import fil.heartbeat.api.ApiSettings;
import fil.heartbeat.api.ApiVerticle;
import fil.heartbeat.api.access.AggregatorReads;
import fil.heartbeat.api.access.LocalToken;
import fil.heartbeat.config.AggregatorConfig;
import fil.heartbeat.config.Config;
import fil.heartbeat.config.FileWatch;
import fil.heartbeat.config.HttpConfig;
import fil.heartbeat.sender.Senders;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server, within the limits of this machine. */
public final class HttpRole implements Role {
  private static final Logger log = LoggerFactory.getLogger(HttpRole.class);

  private final Vertx vertx;
  private final Config config;
  private final String version;
  private final AggregatorRole aggregator;
  private final Optional<AlertView> alerts;
  private final FileWatch files;
  private final Steps steps;
  private final Capacity.Machine machine;
  private @Nullable String deployed;
  private List<String> ready = List.of();

  /** Read by alerts, which start before it. */
  private volatile @Nullable ApiVerticle api;

  /**
   * @param version of this program
   * @param alerts empty in a process without an aggregator
   */
  HttpRole(
      Vertx vertx,
      Config config,
      String version,
      AggregatorRole aggregator,
      Optional<AlertView> alerts,
      FileWatch files,
      Steps steps,
      Capacity.Machine machine) {
    this.vertx = vertx;
    this.config = config;
    this.version = version;
    this.aggregator = aggregator;
    this.alerts = alerts;
    this.files = files;
    this.steps = steps;
    this.machine = machine;
  }

  /** The validity of the served certificate; empty without TLS, and before the start. */
  Optional<Validity> certificate() {
    return Optional.ofNullable(api).flatMap(ApiVerticle::certificate);
  }

  @Override
  public Future<Void> start() {
    return steps.take(
        "http", () -> config.http().map(this::start).orElse(Future.succeededFuture()));
  }

  private Future<Void> start(HttpConfig wanted) {
    HttpConfig role = settings(wanted, aggregator.connections(), machine);
    if (role.health().agentPort().isPresent() && config.aggregator().isEmpty()) {
      log.warn("http.agentPort is not opened: only an aggregator knows the health of nodes");
    }
    ApiVerticle made =
        new ApiVerticle(
            new ApiSettings(
                role,
                version,
                config.aggregator().map(AggregatorConfig::dataDir).map(LocalToken::in)),
            aggregator
                .verticle()
                .map(
                    view -> new AggregatorReads(view, aggregator.history(), aggregator::addresses)),
            alerts,
            () -> Senders.of(vertx).snapshot(),
            files);
    return vertx
        .deployVerticle(made)
        .map(
            id -> {
              api = made;
              deployed = id;
              ready = List.of("ready: http " + url(role, made.port()));
              return null;
            });
  }

  @Override
  public List<String> ready() {
    return ready;
  }

  /** The server itself watches tokens and certificate; the section needs a restart. */
  @Override
  public Future<Config> reload(Config running, Config wanted) {
    return Future.succeededFuture(running);
  }

  @Override
  public Future<Void> stop() {
    String id = deployed;
    deployed = null;
    return id == null ? Future.succeededFuture() : vertx.undeploy(id);
  }

  /**
   * The settings with no more connections than the open files allow; logs when they are fewer.
   *
   * @param libp2p the most connections of the aggregator; 0 without one
   */
  static HttpConfig settings(HttpConfig wanted, int libp2p, Capacity.Machine machine) {
    HttpConfig role =
        wanted.withConnections(Capacity.http(wanted.connections().inAll(), libp2p, machine));
    if (!role.connections().equals(wanted.connections())) {
      log.info(
          "http has fewer connections than configured inAll={} perAddress={} raise=\"ulimit -n\"",
          role.connections().inAll(),
          role.connections().perAddress());
    }
    return role;
  }

  /** Its URL for browsers. */
  static String url(HttpConfig role, int port) {
    return url(role, role.bind().host(), port);
  }

  /**
   * @param host replaces the one that it listens on
   */
  public static String url(HttpConfig role, String host, int port) {
    String shown = host.contains(":") ? "[" + host + "]" : host;
    return (role.bind().tls().isPresent() ? "https://" : "http://")
        + shown
        + ":"
        + port
        + role.naming().basePath();
  }
}
