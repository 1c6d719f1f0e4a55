package fil.heartbeat.api;

import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.aggregator.Snapshot;
import fil.heartbeat.sender.SenderStatus;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP side: nodes as JSON, Prometheus metrics and health. Read only. Routes of a role that is
 * off answer 404; every error is a problem document (RFC 9457).
 */
public final class ApiVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(ApiVerticle.class);
  private static final String JSON = "application/json";
  private static final String PROBLEM = "application/problem+json";

  /** What a stop waits for requests under way. */
  private static final long STOP_SECONDS = 2;

  private final String host;
  private final int port;
  private final String version;
  private final Optional<AggregatorView> aggregator;
  private final Supplier<List<SenderStatus>> senders;
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, new PrometheusRegistry(), Clock.SYSTEM);
  private final JvmGcMetrics gc = new JvmGcMetrics();
  private @Nullable HttpServer server;

  /**
   * @param port 0 picks a free one
   * @param aggregator the read side of the aggregator of this process, if it has one
   * @param senders the senders of this process, now
   */
  public ApiVerticle(
      String host,
      int port,
      String version,
      Optional<AggregatorView> aggregator,
      Supplier<List<SenderStatus>> senders) {
    this.host = host;
    this.port = port;
    this.version = version;
    this.aggregator = aggregator;
    this.senders = senders;
  }

  @Override
  public Future<?> start() {
    new JvmMemoryMetrics().bindTo(meters);
    new JvmThreadMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
    new UptimeMetrics().bindTo(meters);
    new FileDescriptorMetrics().bindTo(meters);
    gc.bindTo(meters);
    HttpServer http = vertx.createHttpServer(new HttpServerOptions().setHost(host).setPort(port));
    server = http;
    return http.requestHandler(router())
        .listen()
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof BindException
                        ? new IOException(
                            "http.host, http.port: "
                                + host
                                + ":"
                                + port
                                + " cannot be bound: "
                                + failure.getMessage()
                                + " (expected: a free port; 0 picks one)",
                            failure)
                        : failure))
        .onSuccess(bound -> log.info("http listening host={} port={}", host, bound.actualPort()));
  }

  @Override
  public Future<?> stop() {
    gc.close();
    meters.close();
    HttpServer http = server;
    return http == null ? Future.succeededFuture() : http.shutdown(STOP_SECONDS, TimeUnit.SECONDS);
  }

  /** The bound port; to be asked after the deployment succeeded. */
  public int port() {
    HttpServer http = server;
    if (http == null) {
      throw new IllegalStateException("not deployed");
    }
    return http.actualPort();
  }

  private Router router() {
    Router router = Router.router(vertx);
    aggregator.ifPresent(
        view -> {
          router
              .get("/api/v1/nodes")
              .handler(
                  ctx -> {
                    NodeQuery query = NodeQuery.parse(ctx.queryParams());
                    answer(ctx, view.snapshot().map(now -> query.answer(now.nodes())));
                  });
          router
              .get("/api/v1/nodes/:peerId")
              .handler(
                  ctx ->
                      answer(ctx, view.snapshot().map(now -> node(now, ctx.pathParam("peerId")))));
        });
    router.get("/metrics").handler(this::metrics);
    router.get("/health/live").handler(ctx -> json(ctx, new JsonObject().put("status", "up")));
    router.get("/health/ready").handler(ctx -> json(ctx, ready()));
    router.route().failureHandler(ApiVerticle::problem);
    router.errorHandler(
        404, ctx -> problem(ctx, 404, "Not found", "no resource at " + ctx.request().path()));
    router.errorHandler(
        405,
        ctx ->
            problem(ctx, 405, "Method not allowed", ctx.request().method() + " (expected: GET)"));
    router.errorHandler(
        400, ctx -> problem(ctx, 400, "Bad request", "the path or query cannot be decoded"));
    return router;
  }

  private static JsonObject node(Snapshot now, String peerId) {
    return now.nodes().stream()
        .filter(node -> node.peerId().equals(peerId))
        .findFirst()
        .map(NodeMember::json)
        .orElseThrow(
            () -> new ApiException(404, "Not found", "no node with the peer id " + peerId));
  }

  /**
   * Ready when the roles of this process are up; it is only reachable then. Says what each does.
   */
  private JsonObject ready() {
    JsonArray targets = new JsonArray();
    for (SenderStatus sender : senders.get()) {
      targets.add(
          new JsonObject()
              .put("target", sender.target())
              .put("sender", sender.localPeerId().orElse(null))
              .put("nickname", sender.nickname())
              .put("connected", sender.connected())
              .put("lastError", sender.lastError().orElse(null)));
    }
    return new JsonObject()
        .put("status", "ready")
        .put("aggregator", aggregator.isPresent())
        .put("senders", targets);
  }

  private void metrics(RoutingContext ctx) {
    Future<Optional<Snapshot>> snapshot =
        aggregator
            .map(view -> view.snapshot().map(Optional::of))
            .orElse(Future.succeededFuture(Optional.empty()));
    snapshot
        .map(now -> exposition(Metrics.of(version, now, senders.get())))
        .onSuccess(body -> send(ctx, PrometheusTextFormatWriter.CONTENT_TYPE, body))
        .onFailure(ctx::fail);
  }

  private Buffer exposition(List<MetricSnapshot> ours) {
    List<MetricSnapshot> all = new ArrayList<>(ours);
    meters.getPrometheusRegistry().scrape().forEach(all::add);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(bytes, new MetricSnapshots(all));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Buffer.buffer(bytes.toByteArray());
  }

  private static void answer(RoutingContext ctx, Future<JsonObject> body) {
    body.onSuccess(json -> json(ctx, json)).onFailure(ctx::fail);
  }

  private static void json(RoutingContext ctx, JsonObject body) {
    send(ctx, JSON, body.toBuffer());
  }

  private static void send(RoutingContext ctx, String type, Buffer body) {
    finish(
        ctx.response()
            .putHeader(HttpHeaders.CONTENT_TYPE, type)
            .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
            .putHeader("x-content-type-options", "nosniff")
            .end(body));
  }

  private static void problem(RoutingContext ctx) {
    Throwable failure = ctx.failure();
    if (failure instanceof ApiException e) {
      problem(ctx, e.status(), e.title(), String.valueOf(e.getMessage()));
    } else if (failure == null) {
      ctx.next();
    } else {
      log.error("request failed path={}", ctx.request().path(), failure);
      problem(ctx, 500, "Internal error", "the log of the server says more");
    }
  }

  private static void problem(RoutingContext ctx, int status, String title, String detail) {
    JsonObject body =
        new JsonObject()
            .put("type", "about:blank")
            .put("title", title)
            .put("status", status)
            .put("detail", detail)
            .put("instance", ctx.request().path());
    ctx.response().setStatusCode(status);
    send(ctx, PROBLEM, body.toBuffer());
  }

  /** A viewer that goes away before its answer is not our failure. */
  private static void finish(Future<Void> written) {
    written.onFailure(gone -> log.debug("answer not delivered cause={}", gone.getMessage()));
  }
}
