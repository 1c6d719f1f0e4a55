package fil.heartbeat.api.feed;

import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.aggregator.Warmup;
import fil.heartbeat.alert.AlertView;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.api.access.Access;
import fil.heartbeat.api.access.Need;
import fil.heartbeat.api.access.Routes;
import fil.heartbeat.api.http.JsonBody;
import fil.heartbeat.api.http.Parameters;
import fil.heartbeat.api.rest.Degraded;
import fil.heartbeat.api.rest.NetworkRoutes;
import fil.heartbeat.api.rest.NodeFilter;
import fil.heartbeat.context.Futures;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /api/v1/events}: changes of the fleet as server-sent events. The aggregator is asked
 * at most four times a second however many viewers there are, and not at all without viewers.
 */
public final class Feed {
  private static final Logger log = LoggerFactory.getLogger(Feed.class);
  private static final long PERIOD_MILLIS = 250;
  private static final int TICKS_PER_CLOCK = 20;

  /** At least this often a viewer receives an event. */
  public static final Duration SILENCE = Duration.ofMillis(PERIOD_MILLIS * TICKS_PER_CLOCK);

  private static final String CHANGES = "changes";
  private static final String ALERTS = "alerts";
  private static final String ROWS = "rows";

  /** The aggregator and the alerts answer from memory: an answer that takes longer is lost. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Rules are evaluated once a second. */
  private static final int TICKS_PER_ALERTS = 4;

  /** A client that lost its right to read is cut off within a second. */
  private static final int TICKS_PER_RIGHTS = 4;

  private final Vertx vertx;
  private final AggregatorView view;
  private final Optional<AlertView> alertView;
  private final long periodMillis;
  private final FeedModel model = new FeedModel();
  private final FeedAudience audience;
  private final FeedStory story;
  private final FeedSight sight;
  private final FeedQuestions questions;
  private long version;
  private boolean turned;
  private @Nullable Future<Void> asking;
  private boolean askingRows;
  private @Nullable Future<Void> askingAlerts;
  private @Nullable Long timer;
  private long fellBehind;
  private long begun;
  private long resumed;

  public Feed(
      Vertx vertx, AggregatorView view, Optional<AlertView> alertView, InstantSource clock) {
    this(vertx, view, alertView, clock, PERIOD_MILLIS, FeedBudget.ofHeap(), PATIENCE);
  }

  /**
   * @param periodMillis between two questions to the aggregator while there are viewers
   * @param budget of the bytes held for viewers
   * @param patience how long an answer may take
   */
  public Feed(
      Vertx vertx,
      AggregatorView view,
      Optional<AlertView> alertView,
      InstantSource clock,
      long periodMillis,
      FeedBudget budget,
      Duration patience) {
    this.vertx = vertx;
    this.view = view;
    this.alertView = alertView;
    this.story = new FeedStory(model, clock, () -> Degraded.raised(alertView));
    this.periodMillis = periodMillis;
    String run = UUID.randomUUID().toString().substring(0, 8);
    audience = new FeedAudience(run, model, budget);
    sight = new FeedSight(audience, Math.max(1, 1000 / periodMillis));
    questions = new FeedQuestions(vertx, patience);
  }

  public void mount(Routes routes) {
    routes.get("/api/v1/events").handler(this::open);
    routes
        .on(HttpMethod.POST, "/api/v1/events/:viewer/rows", Need.ASK)
        .handler(BodyHandler.create(false).setBodyLimit(JsonBody.MAX_BYTES))
        .handler(sight::watch);
  }

  public int viewers() {
    return audience.size();
  }

  /** Times that a viewer could not take a piece at once. */
  public long fellBehind() {
    return fellBehind;
  }

  /** Streams so far that began with a snapshot. */
  public long begun() {
    return begun;
  }

  /** Streams so far that resumed an earlier one. */
  public long resumed() {
    return resumed;
  }

  /** Answers so far that failed, came too late or could not be used. */
  public long failed() {
    return questions.failed();
  }

  /** Viewers refused or closed so far, by reason. */
  public Map<String, Long> refused() {
    return audience.refused();
  }

  /** Bytes held for viewers. */
  public long held() {
    return audience.budget().held();
  }

  /** Whether the aggregator is not being asked, as there have been no viewers for a while. */
  boolean rests() {
    return timer == null;
  }

  /** Closes every stream. */
  public void close() {
    Long running = timer;
    if (running != null) {
      vertx.cancelTimer(running);
      timer = null;
    }
    audience.close();
  }

  private void open(RoutingContext ctx) {
    Parameters query = new Parameters(ctx.queryParams(), FeedSight.PARAMETERS);
    NodeFilter filter = NodeFilter.parse(query);
    List<String> rows = FeedSight.in(query);
    Optional<String> name = FeedNames.in(query);
    Optional<String> last =
        Optional.ofNullable(ctx.request().getHeader("last-event-id"))
            .or(() -> query.text("lastEventId"));
    // While the feed rests, its data is old or absent: the first viewer waits for a new answer.
    Future<Void> ready = rests() ? ask().compose(asked -> askAlerts()) : Future.succeededFuture();
    ready
        .map(
            asked -> {
              begin(ctx, audience.admit(filter), rows, name, last);
              return true;
            })
        .onFailure(ctx::fail);
  }

  private void leave(FeedViewer viewer) {
    audience.leave(viewer);
    sight.leave(viewer);
  }

  private void begin(
      RoutingContext ctx,
      FeedAudience.OpenChannel watched,
      List<String> rows,
      Optional<String> name,
      Optional<String> lastId) {
    HttpServerResponse response = ctx.response();
    if (response.closed()) {
      return;
    }
    String accepts = ctx.request().getHeader(HttpHeaders.ACCEPT_ENCODING);
    boolean gzip = accepts != null && accepts.contains("gzip");
    response
        .setChunked(true)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader("x-accel-buffering", "no")
        // Set in either case; otherwise the server would compress each stream by itself.
        .putHeader(HttpHeaders.CONTENT_ENCODING, gzip ? "gzip" : "identity");
    FeedViewer viewer =
        new FeedViewer(
            response,
            gzip,
            rows,
            watched.channel(),
            Access.who(ctx).lasts(),
            audience.budget(),
            audience::ticks);
    audience.enter(viewer, watched);
    sight.enter(viewer, name, Access.who(ctx).key());
    response.endHandler(ended -> leave(viewer));
    response.closeHandler(closed -> leave(viewer));
    response.exceptionHandler(failure -> leave(viewer));
    Optional<List<FeedEvents>> missed = story.resume(watched.channel(), lastId.orElse(null));
    if (missed.isPresent()) {
      resumed++;
    } else {
      begun++;
    }
    viewer.begin(missed.orElseGet(() -> story.beginning(watched.channel())));
    audience.makeRoom();
    if (timer == null) {
      timer = vertx.setPeriodic(periodMillis, tick -> tick());
    }
  }

  private void tick() {
    boolean watched = audience.tick();
    long ticks = audience.ticks();
    Long running = timer;
    if (!watched && running != null) {
      vertx.cancelTimer(running);
      timer = null;
      return;
    }
    if (ticks % TICKS_PER_RIGHTS == 0) {
      audience.viewers().stream().filter(viewer -> !viewer.mayRead()).forEach(FeedViewer::end);
    }
    Futures.logged(ask(), log, "question of the feed");
    if (ticks % TICKS_PER_CLOCK == 0) {
      tellTime();
    }
    if (ticks % TICKS_PER_ALERTS == 0) {
      Futures.logged(askAlerts(), log, "question of the feed for alerts");
    }
    tellRows();
  }

  private Future<Void> ask() {
    Future<Void> before = asking;
    if (before != null) {
      return before;
    }
    Future<Void> answered =
        questions.ask(() -> view.changesSince(version)).compose(this::warms).map(this::take);
    asking = answered;
    return answered
        .onComplete(done -> asking = null)
        .onSuccess(done -> questions.well(CHANGES))
        .onFailure(
            failure -> {
              // It is unknown which changes were missed: the next answer must contain everything.
              version = 0;
              questions.failed(CHANGES, failure);
            });
  }

  /** During warm-up, asks for the states from before the restart. */
  private Future<Changes> warms(Changes changes) {
    Future<Optional<Warmup>> before =
        changes.overview().warming()
            ? questions.ask(view::warmup)
            : Future.succeededFuture(Optional.<Warmup>empty());
    return before.map(
        warmup -> {
          turned |= story.warms(warmup);
          return changes;
        });
  }

  private @Nullable Void take(Changes changes) {
    if (changes.overview().version() < version) {
      return null;
    }
    // What may throw comes first: changes that were not applied are sent the next time.
    JsonObject networks = NetworkRoutes.consensusInShort(changes.overview().networks());
    String news = story.news(networks);
    FeedModel.Delta delta = model.apply(changes);
    version = changes.overview().version();
    if (!news.isEmpty()) {
      story.networks(networks);
    }
    if (!delta.isEmpty() || !news.isEmpty()) {
      publish(delta, news);
    }
    if (turned) {
      // Warm-up began or ended: viewers learn it now instead of with the next clock event.
      turned = false;
      tellTime();
    }
    return null;
  }

  /** Never fails: late alerts are better than nodes that wait for them. */
  private Future<Void> askAlerts() {
    Future<Void> before = askingAlerts;
    if (before != null) {
      // All callers meanwhile wait for the same answer.
      return before;
    }
    if (alertView.isEmpty()) {
      return Future.succeededFuture();
    }
    boolean rested = rests();
    Future<List<Alert>> found = questions.ask(alertView.get()::alerts);
    Future<Void> answered =
        found
            .<Void>map(
                now -> {
                  String news = story.alerts(now);
                  if (!news.isEmpty()) {
                    publish(FeedModel.Delta.NONE, news);
                  }
                  questions.well(ALERTS);
                  return null;
                })
            .otherwise(
                failure -> {
                  questions.failed(ALERTS, failure);
                  if (rested) {
                    // The alerts of the last time that there were viewers are out of date.
                    story.forgetAlerts();
                  }
                  return null;
                });
    askingAlerts = answered;
    return answered.onComplete(done -> askingAlerts = null);
  }

  /**
   * Skips viewers that are behind: they get the time with the events they missed, as its counts
   * belong to one place in the stream.
   */
  private void tellTime() {
    Map<FeedChannel, FeedEvents> times = new HashMap<>();
    for (FeedViewer viewer : audience.viewers()) {
      boolean ignored = viewer.offerExtra(times.computeIfAbsent(viewer.channel(), story::clock));
    }
  }

  private void publish(FeedModel.Delta delta, String common) {
    Map<FeedChannel, FeedEvents> pieces = audience.take(delta, common);
    for (FeedViewer viewer : audience.viewers()) {
      FeedEvents piece = pieces.get(viewer.channel());
      if (piece != null && !viewer.offer(piece, seen -> story.catchUp(viewer.channel(), seen))) {
        fellBehind++;
      }
    }
    audience.makeRoom();
  }

  private void tellRows() {
    Set<String> asked = askingRows ? Set.of() : audience.rows().turn();
    if (asked.isEmpty()) {
      return;
    }
    Future<List<Node>> answered = questions.ask(() -> view.nodes(asked));
    askingRows = true;
    answered
        .onComplete(done -> askingRows = false)
        .map(
            nodes -> {
              audience.rows().take(nodes).forEach(this::publish);
              questions.well(ROWS);
              return true;
            })
        .onFailure(failure -> questions.failed(ROWS, failure));
  }

  private void publish(FeedRows.RowEvent<FeedViewer> event) {
    for (FeedViewer viewer : event.viewers()) {
      if (!viewer.offerExtra(event.piece())) {
        audience.rows().missed(viewer, viewer.rows());
      }
    }
  }
}
