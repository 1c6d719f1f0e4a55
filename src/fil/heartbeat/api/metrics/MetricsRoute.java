package fil.heartbeat.api.metrics;

import fil.heartbeat.aggregator.Snapshot;
import fil.heartbeat.alert.AlertView;
import fil.heartbeat.api.access.FleetReads;
import fil.heartbeat.api.feed.Feed;
import fil.heartbeat.api.health.AgentCounts;
import fil.heartbeat.api.http.HttpConnections;
import fil.heartbeat.api.http.Responses;
import fil.heartbeat.sender.SenderStatus;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code GET /metrics}: our metrics, from one consistent state, and those of the JVM. */
public final class MetricsRoute {
  private static final long LATENESS_MILLIS = 100;

  private final String version;
  private final int maxNodeSeries;
  private final HttpConnections connections;
  private final Optional<FleetReads> aggregator;
  private final Optional<AlertView> alerts;
  private final Optional<Feed> feed;
  private final Supplier<List<SenderStatus>> senders;
  private final Supplier<Optional<Instant>> certificate;
  private final Supplier<Optional<AgentCounts>> agent;
  private final JvmMeters meters;
  private final Vertx vertx;
  private final long timer;
  private long expectedAt = System.nanoTime();
  private double latestSeconds;
  private double worstSeconds;

  /**
   * @param certificate end of its validity; empty without one
   * @param agent empty without an agent port
   */
  public MetricsRoute(
      Vertx vertx,
      JvmMeters meters,
      String version,
      int maxNodeSeries,
      HttpConnections connections,
      Optional<FleetReads> aggregator,
      Optional<AlertView> alerts,
      Optional<Feed> feed,
      Supplier<List<SenderStatus>> senders,
      Supplier<Optional<Instant>> certificate,
      Supplier<Optional<AgentCounts>> agent) {
    this.vertx = vertx;
    this.version = version;
    this.maxNodeSeries = maxNodeSeries;
    this.connections = connections;
    this.aggregator = aggregator;
    this.alerts = alerts;
    this.feed = feed;
    this.senders = senders;
    this.certificate = certificate;
    this.agent = agent;
    this.meters = meters;
    expectedAt += LATENESS_MILLIS * 1_000_000;
    timer = vertx.setPeriodic(LATENESS_MILLIS, tick -> lateness());
  }

  public void close() {
    vertx.cancelTimer(timer);
    meters.close();
  }

  private void lateness() {
    long now = System.nanoTime();
    latestSeconds = Math.max(0, now - expectedAt) / 1e9;
    worstSeconds = Math.max(worstSeconds, latestSeconds);
    expectedAt =
        Math.max(expectedAt, now - LATENESS_MILLIS * 1_000_000) + LATENESS_MILLIS * 1_000_000;
  }

  public void answer(RoutingContext ctx) {
    Future<Optional<Snapshot>> snapshot =
        aggregator
            .map(fleet -> fleet.view().snapshot().map(Optional::of))
            .orElse(Future.succeededFuture(Optional.empty()));
    Future<List<MetricSnapshot>> ofFleet =
        alerts
            .filter(AlertView::isOn)
            .map(
                view ->
                    view.alerts()
                        .compose(all -> view.stats().map(stats -> AlertMetrics.of(all, stats)))
                        .otherwise(List.of()))
            .orElse(Future.succeededFuture(List.of()));
    Future.all(snapshot, ofFleet)
        .map(both -> exposition(ours(snapshot.result()), ofFleet.result()))
        .onSuccess(body -> Responses.fresh(ctx, PrometheusTextFormatWriter.CONTENT_TYPE, body))
        .onFailure(ctx::fail);
  }

  private List<MetricSnapshot> ours(Optional<Snapshot> now) {
    List<MetricSnapshot> metrics = new ArrayList<>(Metrics.of(version, senders.get()));
    metrics.add(
        Metrics.gauge("event_loop_lateness_seconds", "How late the API's event loop was last.")
            .dataPoint(Metrics.point(latestSeconds))
            .build());
    metrics.add(
        Metrics.gauge(
                "event_loop_lateness_max_seconds", "How late it was at most since the last scrape.")
            .dataPoint(Metrics.point(worstSeconds))
            .build());
    worstSeconds = 0;
    metrics.add(
        Metrics.gauge("http_connections", "HTTP connections open now.")
            .dataPoint(Metrics.point(connections.open()))
            .build());
    metrics.add(
        Metrics.byReason(
            "http_refused", "HTTP connections ended or not begun.", connections.refused()));
    certificate
        .get()
        .ifPresent(
            end ->
                metrics.add(
                    Metrics.gauge(
                            "http_certificate_expires_timestamp_seconds",
                            "Until when the certificate of the HTTP server is valid.")
                        .dataPoint(Metrics.point((double) end.getEpochSecond()))
                        .build()));
    agent.get().ifPresent(counts -> metrics.addAll(ofAgent(counts)));
    feed.ifPresent(
        live -> {
          metrics.add(
              Metrics.gauge("feed_viewers", "Open live feeds.")
                  .dataPoint(Metrics.point(live.viewers()))
                  .build());
          metrics.add(
              Metrics.counter("feed_begun", "Feeds that began with a snapshot.")
                  .dataPoint(Metrics.count(live.begun()))
                  .build());
          metrics.add(
              Metrics.counter("feed_resumed", "Feeds that resumed where an earlier one ended.")
                  .dataPoint(Metrics.count(live.resumed()))
                  .build());
          metrics.add(
              Metrics.counter("feed_fell_behind", "Times that a viewer was too slow for the feed.")
                  .dataPoint(Metrics.count(live.fellBehind()))
                  .build());
          metrics.add(
              Metrics.counter(
                      "feed_questions_failed",
                      "Times that the feed could not be brought up to date.")
                  .dataPoint(Metrics.count(live.failed()))
                  .build());
          metrics.add(
              Metrics.byReason(
                  "feed_refused",
                  "Viewers refused or ended, since there was no room.",
                  live.refused()));
          metrics.add(
              Metrics.gauge("feed_bytes", "What is kept for open feeds.")
                  .dataPoint(Metrics.point((double) live.held()))
                  .build());
        });
    now.ifPresent(
        snapshot -> {
          metrics.addAll(HostMetrics.of(snapshot.overview().accounts().host()));
          metrics.addAll(HostMetrics.of(snapshot.overview().use()));
          metrics.addAll(FleetMetrics.of(snapshot, maxNodeSeries));
        });
    return metrics;
  }

  private static List<MetricSnapshot> ofAgent(AgentCounts counts) {
    return List.of(
        Metrics.counter("agent_checks_received", "HAProxy's agent checks; answered plus dropped.")
            .dataPoint(Metrics.count(counts.received()))
            .build(),
        Metrics.counter("agent_checks_answered", "Agent checks answered with up or down.")
            .dataPoint(Metrics.count(counts.answered()))
            .build(),
        Metrics.byReason(
            "agent_checks_dropped", "Agent checks without an answer.", counts.dropped()));
  }

  private Buffer exposition(List<MetricSnapshot> ours, List<MetricSnapshot> ofFleet) {
    List<MetricSnapshot> all = new ArrayList<>(ours);
    all.addAll(ofFleet);
    meters.scrape().forEach(all::add);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(bytes, new MetricSnapshots(all));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Buffer.buffer(bytes.toByteArray());
  }
}
