package fil.heartbeat.api;

import fil.heartbeat.alert.AlertView;
import fil.heartbeat.alert.Validity;
import fil.heartbeat.api.access.Access;
import fil.heartbeat.api.access.AggregatorReads;
import fil.heartbeat.api.access.FleetReads;
import fil.heartbeat.api.access.Hiding;
import fil.heartbeat.api.access.Need;
import fil.heartbeat.api.access.Routes;
import fil.heartbeat.api.feed.Feed;
import fil.heartbeat.api.health.LoadBalancers;
import fil.heartbeat.api.http.ApiException;
import fil.heartbeat.api.http.HttpConnections;
import fil.heartbeat.api.http.HttpConnections.Patience;
import fil.heartbeat.api.http.Responses;
import fil.heartbeat.api.http.UnreadAnswers;
import fil.heartbeat.api.metrics.JvmMeters;
import fil.heartbeat.api.metrics.MetricsRoute;
import fil.heartbeat.api.rest.AlertRoutes;
import fil.heartbeat.api.rest.Degraded;
import fil.heartbeat.api.rest.HistoryRoutes;
import fil.heartbeat.api.rest.NetworkRoutes;
import fil.heartbeat.api.rest.NodeRoutes;
import fil.heartbeat.config.FileWatch;
import fil.heartbeat.dashboard.Dashboard;
import fil.heartbeat.history.HistoryException;
import fil.heartbeat.sender.SenderStatus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.BindException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: the fleet as JSON, CSV and live events, Prometheus metrics and health. Routes of
 * a role that is off answer 404; every error is a problem document (RFC 9457).
 */
public final class ApiVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(ApiVerticle.class);

  /** How long a stop waits for requests in progress. */
  private static final long STOP_SECONDS = 2;

  /** How late an expired time limit may be noticed. */
  private static final long SWEEP_MILLIS = 1_000;

  private static final int COMPRESSION_LEVEL = 4;
  private static final String HSTS = "max-age=31536000";

  private final ApiSettings settings;
  private final Optional<FleetReads> aggregator;
  private final Optional<AlertView> alerts;
  private final Supplier<List<SenderStatus>> senders;
  private final Patience patience;
  private final HttpConnections connections;
  private final InstantSource clock = InstantSource.system();
  private final Instant startedAt = clock.instant();
  private @Nullable HttpServer server;
  private @Nullable JvmMeters meters;
  private @Nullable MetricsRoute scrape;
  private @Nullable Feed feed;
  private @Nullable Long sweeps;
  private @Nullable LoadBalancers balancers;
  private final Optional<FileWatch> shared;
  private FileWatch.@Nullable Part files;
  private volatile @Nullable TlsFiles certificate;

  /**
   * @param aggregator the aggregator of this process, if it has one
   * @param alerts the alerts of this process, if it can evaluate them
   * @param senders the senders of this process, now
   */
  public ApiVerticle(
      ApiSettings settings,
      Optional<AggregatorReads> aggregator,
      Optional<AlertView> alerts,
      Supplier<List<SenderStatus>> senders) {
    this(settings, aggregator, alerts, senders, Patience.DEFAULT, Optional.empty());
  }

  /**
   * Makes the server of a program that watches further files.
   *
   * @param files watches tokens and certificate
   */
  public ApiVerticle(
      ApiSettings settings,
      Optional<AggregatorReads> aggregator,
      Optional<AlertView> alerts,
      Supplier<List<SenderStatus>> senders,
      FileWatch files) {
    this(settings, aggregator, alerts, senders, Patience.DEFAULT, Optional.of(files));
  }

  /**
   * @param patience time limits for clients
   * @param files empty for a watch of its own
   */
  ApiVerticle(
      ApiSettings settings,
      Optional<AggregatorReads> aggregator,
      Optional<AlertView> alerts,
      Supplier<List<SenderStatus>> senders,
      Patience patience,
      Optional<FileWatch> files) {
    this.settings = settings;
    shared = files;
    this.patience = patience;
    connections =
        new HttpConnections(
            settings.http().connections(),
            settings.http().naming().trustedProxies(),
            patience,
            System::nanoTime,
            UnreadAnswers.ofHeap());
    Hiding hiding = new Hiding(settings.http().auth().hidden());
    this.aggregator = aggregator.map(hiding::fleet);
    this.alerts = alerts.map(hiding::alerts);
    this.senders = hiding.senders(senders);
  }

  @Override
  public Future<?> start() {
    FileWatch.Part watch = shared.map(FileWatch::part).orElseGet(() -> FileWatch.alone(vertx));
    files = watch;
    Optional<TlsFiles> tls =
        settings.http().bind().tls().map(pair -> new TlsFiles(vertx, pair, clock));
    return tls.<Future<?>>map(TlsFiles::open)
        .orElse(Future.succeededFuture())
        .compose(read -> start(watch, tls))
        // Vert.x does not stop a verticle that did not start.
        .onFailure(failed -> watch.close());
  }

  private Future<?> start(FileWatch.Part watch, Optional<TlsFiles> tls) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(settings.http().bind().host())
            .setPort(settings.http().bind().port())
            .setIdleTimeout((int) patience.idle().toMillis())
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            // No client needs it, and it would be a second protocol that bypasses every limit.
            .setHttp2ClearTextEnabled(false)
            // Room for the rows of a viewer, with the longest peer ids and escaped commas.
            .setMaxInitialLineLength(Responses.MAX_LINE)
            .setCompressionSupported(true)
            .setCompressionLevel(COMPRESSION_LEVEL);
    tls.ifPresent(
        pair -> {
          pair.addTo(options);
          options.setSslEngineOptions(new TlsPort(connections));
          certificate = pair;
        });
    HttpServer http = vertx.createHttpServer(options);
    server = http;
    tls.ifPresent(pair -> pair.watch(watch, http));
    Access access = new Access(vertx, watch, settings.http(), settings.localToken(), clock);
    warnOfTheWorld();
    Optional<LoadBalancers> health =
        aggregator.map(fleet -> new LoadBalancers(vertx, fleet, settings.http()));
    balancers = health.orElse(null);
    return access
        .start()
        .compose(ready -> health.map(LoadBalancers::start).orElse(Future.succeededFuture()))
        .compose(ready -> vertx.executeBlocking(ApiVerticle::load))
        .compose(
            loaded -> {
              meters = loaded;
              return listen(http, access);
            })
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof BindException
                        ? new IOException(
                            "http.host, http.port: "
                                + settings.http().bind().host()
                                + ":"
                                + settings.http().bind().port()
                                + " cannot be bound: "
                                + failure.getMessage()
                                + " (expected: a free port; 0 picks one)",
                            failure)
                        : failure))
        .onSuccess(
            bound ->
                log.info(
                    "http listening host={} port={}",
                    settings.http().bind().host(),
                    bound.actualPort()));
  }

  /**
   * Loads whatever reads files or many classes: the page, the OpenAPI document, the meters of the
   * JVM.
   */
  private static JvmMeters load() {
    List<String> unused = Dashboard.names();
    Buffer ignored = OpenApi.document();
    return new JvmMeters();
  }

  private Future<HttpServer> listen(HttpServer http, Access access) {
    sweeps =
        vertx.setPeriodic(
            Math.min(SWEEP_MILLIS, Math.max(1, patience.head().toMillis() / 4)),
            tick -> {
              connections.sweep();
              tls().ifPresent(TlsFiles::tellAge);
            });
    return http.connectionHandler(connections::guard)
        .invalidRequestHandler(Responses::malformed)
        .requestHandler(router(access))
        .listen();
  }

  @Override
  public Future<?> stop() {
    if (files != null) {
      files.close();
    }
    if (sweeps != null) {
      vertx.cancelTimer(sweeps);
    }
    if (scrape != null) {
      scrape.close();
    }
    if (feed != null) {
      feed.close();
    }
    HttpServer http = server;
    LoadBalancers health = balancers;
    return (health == null ? Future.<Void>succeededFuture() : health.close())
        .eventually(
            () ->
                http == null
                    ? Future.<Void>succeededFuture()
                    : http.shutdown(STOP_SECONDS, TimeUnit.SECONDS));
  }

  /** Returns the bound port; to be called after the deployment succeeded. */
  public int port() {
    HttpServer http = server;
    if (http == null) {
      throw new IllegalStateException("not deployed");
    }
    return http.actualPort();
  }

  /** Returns the validity of the served certificate; empty without TLS. On any thread. */
  public Optional<Validity> certificate() {
    return tls().map(TlsFiles::validity);
  }

  private Optional<TlsFiles> tls() {
    return Optional.ofNullable(certificate);
  }

  /** Checks the watched files now. Completes when changes have been applied. */
  Future<Void> check() {
    FileWatch.Part watch = files;
    return watch == null ? Future.succeededFuture() : watch.check();
  }

  /** Returns the number of refused connections so far, by reason. */
  Map<String, Long> refused() {
    return connections.refused();
  }

  private void warnOfTheWorld() {
    boolean here =
        settings.http().bind().host().equals("localhost")
            || settings.http().bind().host().startsWith("127.")
            || settings.http().bind().host().equals("::1");
    if (!here
        && (settings.http().bind().tls().isEmpty()
            || settings.http().auth().tokensFile().isEmpty())) {
      log.warn(
          "http is reachable from other machines without {}: host={} (set http.tls and http.auth)",
          settings.http().auth().tokensFile().isEmpty() ? "tokens" : "TLS",
          settings.http().bind().host());
    }
  }

  /** Browsers honour this header only over HTTPS, ours or a proxy's. */
  private void askForHttps(RoutingContext ctx) {
    if (settings.http().bind().hsts()) {
      ctx.response().putHeader("strict-transport-security", HSTS);
    }
    ctx.next();
  }

  /**
   * Refuses two Host headers, as a proxy in front may have checked the other one; a missing one is
   * refused elsewhere.
   */
  private static void nameOneHost(RoutingContext ctx) {
    List<String> hosts = ctx.request().headers().getAll(HttpHeaders.HOST);
    if (hosts.size() > 1) {
      ctx.fail(
          new ApiException(
              400, "Bad request", "host: " + String.join(", ", hosts) + " (expected: one)"));
    } else {
      ctx.next();
    }
  }

  private static void answerHeadAsGet(RoutingContext ctx) {
    if (ctx.request().method().equals(HttpMethod.HEAD)) {
      ctx.reroute(HttpMethod.GET, ctx.request().uri());
    } else {
      ctx.next();
    }
  }

  /** Builds the router with all routes. */
  Router router(Access access) {
    Router router = Router.router(vertx);
    router.route().handler(this::askForHttps);
    router.route().handler(ApiVerticle::nameOneHost);
    router.route().handler(ApiVerticle::answerHeadAsGet);
    router.route().handler(access::identify);
    Routes routes = new Routes(router, access::check);
    access.mount(routes);
    Optional<Feed> events =
        aggregator.map(fleet -> new Feed(vertx, fleet.view(), alerts, fleet.view().clock()));
    feed = events.orElse(null);
    Optional<LoadBalancers> health = Optional.ofNullable(balancers);
    Degraded degraded =
        new Degraded(
            vertx, alerts, () -> certificate().flatMap(each -> each.fault(clock.instant())));
    aggregator.ifPresent(
        fleet -> {
          PageRoutes.mount(routes);
          new NodeRoutes(fleet.view()).mount(routes);
          new HistoryRoutes(fleet, clock).mount(routes);
          new NetworkRoutes(
                  fleet,
                  settings.version(),
                  settings.http().auth().tokensFile().isPresent(),
                  degraded,
                  startedAt)
              .mount(routes);
        });
    alerts.ifPresent(view -> new AlertRoutes(view, clock).mount(routes));
    events.ifPresent(live -> live.mount(routes));
    JvmMeters loaded = meters == null ? new JvmMeters() : meters;
    MetricsRoute metrics =
        new MetricsRoute(
            vertx,
            loaded,
            settings.version(),
            settings.http().maxNodeSeries(),
            connections,
            aggregator,
            alerts,
            events,
            senders,
            () -> certificate().map(Validity::until),
            () -> health.flatMap(LoadBalancers::counts));
    scrape = metrics;
    routes.get("/metrics").handler(metrics::answer);
    routes.on(HttpMethod.GET, "/openapi.json", Need.NOTHING).handler(OpenApi::answer);
    new HealthRoutes(aggregator, degraded, senders).mount(routes, access);
    health.ifPresent(each -> each.mount(routes));
    routes.close();
    router
        .route()
        // Too many requests at once, or a fault of the disk, which the history logs.
        .failureHandler(
            ctx -> Responses.problem(ctx, failure -> failure instanceof HistoryException));
    return BasePath.mount(
        vertx,
        settings.http().naming().basePath(),
        router,
        access,
        List.of(this::askForHttps, ApiVerticle::nameOneHost));
  }
}
