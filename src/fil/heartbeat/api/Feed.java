package fil.heartbeat.api;

import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.Alert;
import fil.heartbeat.alert.AlertView;
import fil.heartbeat.context.Answer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
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
  private static final int TICKS_PER_COMMENT = 60;

  /** A viewer hears something so often, whatever happens. */
  static final Duration SILENCE = Duration.ofMillis(PERIOD_MILLIS * TICKS_PER_COMMENT);

  private static final String CHANGES = "changes";
  private static final String ALERTS = "alerts";
  private static final String ROWS = "rows";

  /** The aggregator and the alerts answer from memory: after so long an answer is lost. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Rules are evaluated once a second. */
  private static final int TICKS_PER_ALERTS = 4;

  /** Whoever may not read any more is told nothing more, a second later at most. */
  private static final int TICKS_PER_RIGHTS = 4;

  private final Vertx vertx;
  private final AggregatorView view;
  private final Optional<AlertView> alertView;
  private final InstantSource clock;
  private final long periodMillis;
  private final Duration patience;
  private final FeedModel model = new FeedModel();
  private final FeedAudience audience;
  private final FeedAlerts alerts = new FeedAlerts();
  private JsonObject consensus = new JsonObject().put("networks", new JsonArray());
  private long version;
  private @Nullable Future<Void> asking;
  private boolean askingRows;
  private boolean askingAlerts;
  private @Nullable Long timer;
  private long fellBehind;
  private final Set<String> failing = new HashSet<>();
  private long failed;

  Feed(Vertx vertx, AggregatorView view, Optional<AlertView> alertView, InstantSource clock) {
    this(vertx, view, alertView, clock, PERIOD_MILLIS, FeedBudget.ofHeap(), PATIENCE);
  }

  /**
   * @param periodMillis between two questions to the aggregator while somebody watches
   * @param budget of what is kept for those who watch
   * @param patience how long an answer may take
   */
  Feed(
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
    this.clock = clock;
    this.periodMillis = periodMillis;
    this.patience = patience;
    String run = UUID.randomUUID().toString().substring(0, 8);
    audience = new FeedAudience(run, model, budget);
  }

  void mount(Routes routes) {
    routes.get("/api/v1/events").handler(this::open);
  }

  int viewers() {
    return audience.size();
  }

  /** Times that a viewer did not take a piece in time. */
  long fellBehind() {
    return fellBehind;
  }

  /** Times that what to tell was not to be had. */
  long failed() {
    return failed;
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
        new Parameters(ctx.queryParams(), Set.of("q", "state", "rows", "lastEventId"));
    NodeQuery filter = NodeQuery.parse(query);
    List<String> sight = rows(query);
    Optional<String> last =
        Optional.ofNullable(ctx.request().getHeader("last-event-id"))
            .or(() -> query.text("lastEventId"));
    // Who comes while nobody is told anything waits for an answer of the aggregator: what is known
    // of it is old, or nothing.
    Future<Void> begun = rests() ? ask().compose(ready -> askAlerts()) : Future.succeededFuture();
    begun
        .map(
            ready -> {
              begin(ctx, audience.admit(filter), sight, last);
              return true;
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

  private void begin(
      RoutingContext ctx,
      FeedAudience.Watched watched,
      List<String> sight,
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
    response.endHandler(ended -> audience.leave(viewer));
    response.closeHandler(closed -> audience.leave(viewer));
    response.exceptionHandler(failure -> audience.leave(viewer));
    FeedChannel channel = watched.channel();
    viewer.begin(
        channel
            .since(lastId.orElse(null))
            .orElseGet(() -> withAlerts(channel.beginning(model, consensus))));
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
    Future<Void> unused = ask();
    if (ticks % TICKS_PER_COMMENT == 0) {
      FeedEvents alive = FeedEvents.alive(clock.instant());
      for (FeedViewer viewer : audience.viewers()) {
        boolean ignored = viewer.offerExtra(alive);
      }
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
    Future<Void> answered = asked(() -> view.changesSince(version)).map(this::take);
    asking = answered;
    return answered
        .onComplete(done -> asking = null)
        .onSuccess(done -> well(CHANGES))
        .onFailure(
            failure -> {
              // What was missed is unknown: the next answer is to tell everything.
              version = 0;
              failed(CHANGES, failure);
            });
  }

  /** A question always has an answer, and that within a time. */
  private <T> Future<T> asked(Supplier<Future<T>> question) {
    return Answer.within(vertx, vertx.getOrCreateContext(), Answer.of(question), patience);
  }

  private void failed(String what, Throwable failure) {
    failed++;
    if (failing.add(what)) {
      log.warn("feed has no answer, it is asked again what={}", what, failure);
    }
  }

  private void well(String what) {
    if (failing.remove(what)) {
      log.info("feed has an answer again what={}", what);
    }
  }

  private @Nullable Void take(Changes changes) {
    if (changes.version() < version) {
      return null;
    }
    // First what may fail: what was not taken is told the next time.
    JsonObject networks = NetworkRoutes.consensusInShort(changes.networks());
    boolean moved = !networks.equals(consensus);
    String news = moved ? FeedEvents.text(FeedEvents.Kind.CONSENSUS, networks, null) : "";
    FeedModel.Delta delta = model.apply(changes);
    version = changes.version();
    consensus = networks;
    if (!delta.isEmpty() || moved) {
      tell(delta, news);
    }
    return null;
  }

  /** Alerts come late rather than keep the nodes waiting: this never fails. */
  private Future<Void> askAlerts() {
    if (askingAlerts || alertView.isEmpty()) {
      return Future.succeededFuture();
    }
    Future<List<Alert>> answered = asked(alertView.get()::alerts);
    askingAlerts = true;
    return answered
        .onComplete(done -> askingAlerts = false)
        .<Void>map(
            found -> {
              String news = alerts.take(found);
              if (!news.isEmpty()) {
                tell(FeedModel.Delta.NONE, news);
              }
              well(ALERTS);
              return null;
            })
        .otherwise(
            failure -> {
              failed(ALERTS, failure);
              return null;
            });
  }

  private void tell(FeedModel.Delta delta, String common) {
    Map<FeedChannel, FeedEvents> pieces = audience.take(delta, common);
    for (FeedViewer viewer : audience.viewers()) {
      FeedEvents piece = pieces.get(viewer.channel());
      if (piece != null && !viewer.offer(piece, seen -> missed(viewer.channel(), seen))) {
        fellBehind++;
      }
    }
    audience.makeRoom();
  }

  private List<FeedEvents> missed(FeedChannel channel, long seen) {
    return withAlerts(channel.catchUp(seen, model, consensus));
  }

  /** Each alert is told whole, so that hearing of it twice does no harm. */
  private List<FeedEvents> withAlerts(List<FeedEvents> events) {
    List<FeedEvents> all = new ArrayList<>(events);
    alerts.all().ifPresent(all::add);
    return all;
  }

  private void tellRows() {
    Set<String> asked = askingRows ? Set.of() : audience.rows().turn();
    if (asked.isEmpty()) {
      return;
    }
    Future<List<Node>> answered = asked(() -> view.nodes(asked));
    askingRows = true;
    answered
        .onComplete(done -> askingRows = false)
        .map(
            nodes -> {
              audience.rows().take(nodes).forEach(this::tell);
              well(ROWS);
              return true;
            })
        .onFailure(failure -> failed(ROWS, failure));
  }

  private void tell(FeedRows.Told<FeedViewer> told) {
    for (FeedViewer viewer : told.viewers()) {
      if (!viewer.offerExtra(told.piece())) {
        audience.rows().missed(viewer, viewer.rows());
      }
    }
  }
}
