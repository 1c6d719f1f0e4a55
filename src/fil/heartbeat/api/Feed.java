package fil.heartbeat.api;

import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.aggregator.Warmup;
import fil.heartbeat.alert.AlertView;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
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
 * {@code GET /api/v1/events}: the fleet as it changes, as server-sent events. The aggregator is
 * asked at most four times a second however many watch, and not at all when nobody does.
 */
final class Feed {
  private static final Logger log = LoggerFactory.getLogger(Feed.class);

  static final int MAX_ROWS = 200;
  private static final int MAX_PEER_ID = 128;

  private static final long PERIOD_MILLIS = 250;
  private static final int TICKS_PER_CLOCK = 20;

  /** A viewer hears something so often, whatever happens. */
  static final Duration SILENCE = Duration.ofMillis(PERIOD_MILLIS * TICKS_PER_CLOCK);

  /** Rules are evaluated once a second. */
  private static final int TICKS_PER_ALERTS = 4;

  /** Whoever may not read any more is told nothing more, a second later at most. */
  private static final int TICKS_PER_RIGHTS = 4;

  private final Vertx vertx;
  private final AggregatorView view;
  private final Optional<AlertView> alertView;
  private final long periodMillis;
  private final FeedModel model = new FeedModel();
  private final FeedAudience audience;
  private final FeedStory story;
  private final FeedNames names = new FeedNames();
  private long version;
  private @Nullable Future<Void> asking;
  private boolean askingRows;
  private @Nullable Future<Void> askingAlerts;
  private @Nullable Long timer;
  private long fellBehind;
  private long begun;
  private long resumed;

  Feed(Vertx vertx, AggregatorView view, Optional<AlertView> alertView, InstantSource clock) {
    this(vertx, view, alertView, clock, PERIOD_MILLIS, FeedBudget.ofHeap());
  }

  /**
   * @param periodMillis between two questions to the aggregator while somebody watches
   * @param budget of what is kept for those who watch
   */
  Feed(
      Vertx vertx,
      AggregatorView view,
      Optional<AlertView> alertView,
      InstantSource clock,
      long periodMillis,
      FeedBudget budget) {
    this.vertx = vertx;
    this.view = view;
    this.alertView = alertView;
    this.story = new FeedStory(model, clock);
    this.periodMillis = periodMillis;
    String run = UUID.randomUUID().toString().substring(0, 8);
    audience = new FeedAudience(run, model, budget);
  }

  void mount(Routes routes) {
    routes.get("/api/v1/events").handler(this::open);
    routes
        .on(HttpMethod.POST, "/api/v1/events/:viewer/rows", Need.ASK)
        .handler(BodyHandler.create(false).setBodyLimit(Access.MAX_BODY))
        .handler(this::watch);
  }

  int viewers() {
    return audience.size();
  }

  /** Times that a viewer did not take a piece in time. */
  long fellBehind() {
    return fellBehind;
  }

  /** Streams that began with a snapshot so far. */
  long begun() {
    return begun;
  }

  /** Streams that went on where an earlier one ended so far. */
  long resumed() {
    return resumed;
  }

  /** Viewers refused or ended so far, by reason. */
  Map<String, Long> refused() {
    return audience.refused();
  }

  /** What is kept for those who watch, in bytes. */
  long held() {
    return audience.budget().held();
  }

  /** Whether the aggregator is not asked, since nobody has watched for a while. */
  boolean rests() {
    return timer == null;
  }

  /** Ends every stream. */
  void close() {
    Long running = timer;
    if (running != null) {
      vertx.cancelTimer(running);
      timer = null;
    }
    audience.close();
  }

  private void open(RoutingContext ctx) {
    Parameters query =
        new Parameters(ctx.queryParams(), Set.of("q", "state", "rows", "viewer", "lastEventId"));
    NodeQuery filter = NodeQuery.parse(query);
    List<String> sight = rows(query);
    Optional<String> name = FeedNames.in(query);
    Optional<String> last =
        Optional.ofNullable(ctx.request().getHeader("last-event-id"))
            .or(() -> query.text("lastEventId"));
    // Who comes while nobody is told anything waits for an answer of the aggregator: what is known
    // of it is old, or nothing.
    Future<Void> ready = rests() ? ask().compose(asked -> askAlerts()) : Future.succeededFuture();
    ready
        .onSuccess(
            told -> {
              try {
                begin(ctx, audience.admit(filter), sight, name, last);
              } catch (ApiException e) {
                ctx.fail(e);
              }
            })
        .onFailure(ctx::fail);
  }

  private List<String> rows(Parameters query) {
    List<String> rows =
        query
            .text("rows")
            .filter(text -> !text.isEmpty())
            .map(text -> Arrays.asList(text.split(",", MAX_ROWS + 2)))
            .orElse(List.of());
    if (rows.size() > MAX_ROWS || rows.stream().anyMatch(id -> id.length() > MAX_PEER_ID)) {
      throw query.bad("rows", "at most " + MAX_ROWS + " peer ids between commas");
    }
    return rows;
  }

  private void leave(FeedViewer viewer) {
    audience.leave(viewer);
    names.leave(viewer);
  }

  /** Which rows a viewer has in sight from now on, in place of those before. */
  private void watch(RoutingContext ctx) {
    JsonBody body = JsonBody.of(ctx, Set.of("rows"));
    List<String> rows = new ArrayList<>();
    if (body.value("rows") instanceof JsonArray given && given.size() <= MAX_ROWS) {
      for (Object each : given) {
        if (each instanceof String id && !id.isEmpty() && id.length() <= MAX_PEER_ID) {
          rows.add(id);
        }
      }
      if (rows.size() == given.size()) {
        FeedViewer viewer =
            names.find(
                ctx.pathParam("viewer"),
                Access.who(ctx).key(),
                audience.ticks() / (1000 / PERIOD_MILLIS));
        audience.watch(viewer, List.copyOf(rows));
        Answers.empty(ctx);
        return;
      }
    }
    throw body.bad(
        "rows",
        "a list of at most " + MAX_ROWS + " peer ids of at most " + MAX_PEER_ID + " characters");
  }

  private void begin(
      RoutingContext ctx,
      FeedAudience.Watched watched,
      List<String> sight,
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
        // Said in either case, or the server would compress each stream by itself.
        .putHeader(HttpHeaders.CONTENT_ENCODING, gzip ? "gzip" : "identity");
    FeedViewer viewer =
        new FeedViewer(
            response,
            gzip,
            sight,
            watched.channel(),
            Access.who(ctx).lasts(),
            audience.budget(),
            audience::ticks);
    audience.enter(viewer, watched);
    name.ifPresent(given -> names.enter(given, viewer, Access.who(ctx).key()));
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
    ask().onFailure(failure -> log.debug("feed not refreshed cause={}", failure.getMessage()));
    if (ticks % TICKS_PER_CLOCK == 0) {
      tellTime();
    }
    if (ticks % TICKS_PER_ALERTS == 0) {
      Future<Void> ignored = askAlerts();
    }
    tellRows();
  }

  private Future<Void> ask() {
    Future<Void> before = asking;
    if (before != null) {
      return before;
    }
    Future<Void> answered =
        view.changesSince(version)
            .compose(
                changes ->
                    (changes.warming()
                            ? view.warmup()
                            : Future.succeededFuture(Optional.<Warmup>empty()))
                        .map(
                            warmup -> {
                              story.warms(warmup);
                              return take(changes);
                            }));
    asking = answered;
    return answered.onComplete(done -> asking = null);
  }

  private @Nullable Void take(Changes changes) {
    if (changes.version() < version) {
      return null;
    }
    version = changes.version();
    FeedModel.Delta delta = model.apply(changes);
    String networks = story.networks(NetworkRoutes.consensusInShort(changes.networks()));
    if (!delta.isEmpty() || !networks.isEmpty()) {
      tell(delta, networks);
    }
    return null;
  }

  /** Alerts come late rather than keep the nodes waiting: this never fails. */
  private Future<Void> askAlerts() {
    Future<Void> before = askingAlerts;
    if (before != null) {
      // Whoever comes meanwhile waits for the same answer.
      return before;
    }
    if (alertView.isEmpty()) {
      return Future.succeededFuture();
    }
    boolean rested = rests();
    Future<Void> answered =
        alertView
            .get()
            .alerts()
            .<Void>map(
                found -> {
                  String news = story.alerts(found);
                  if (!news.isEmpty()) {
                    tell(FeedModel.Delta.NONE, news);
                  }
                  return null;
                })
            .otherwise(
                failure -> {
                  log.debug("alerts not told cause={}", failure.getMessage());
                  if (rested) {
                    // What was so when somebody watched the last time is not what is so.
                    story.forgetAlerts();
                  }
                  return null;
                });
    askingAlerts = answered;
    return answered.onComplete(done -> askingAlerts = null);
  }

  /** Who is behind is told with what it missed: the counts are of this place of the stream. */
  private void tellTime() {
    Map<FeedChannel, FeedEvents> times = new HashMap<>();
    for (FeedViewer viewer : audience.viewers()) {
      boolean ignored = viewer.offerExtra(times.computeIfAbsent(viewer.channel(), story::clock));
    }
  }

  private void tell(FeedModel.Delta delta, String common) {
    Map<FeedChannel, FeedEvents> pieces = new HashMap<>();
    for (FeedChannel channel : audience.channels()) {
      channel.take(delta, common, model).ifPresent(piece -> pieces.put(channel, piece));
    }
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
    askingRows = true;
    view.nodes(asked)
        .onComplete(done -> askingRows = false)
        .onSuccess(nodes -> audience.rows().take(nodes).forEach(this::tell))
        .onFailure(failure -> log.debug("rows not told cause={}", failure.getMessage()));
  }

  private void tell(FeedRows.Told<FeedViewer> told) {
    for (FeedViewer viewer : told.viewers()) {
      if (!viewer.offerExtra(told.piece())) {
        audience.rows().missed(viewer, viewer.rows());
      }
    }
  }
}
