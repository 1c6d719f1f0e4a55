package fil.heartbeat.api.rest;

import fil.heartbeat.api.access.FleetReads;
import fil.heartbeat.api.access.Routes;
import fil.heartbeat.api.http.Csv;
import fil.heartbeat.api.http.CsvResponse;
import fil.heartbeat.api.http.Parameters;
import fil.heartbeat.api.http.Responses;
import fil.heartbeat.api.http.Times;
import fil.heartbeat.fleet.State;
import fil.heartbeat.history.ConnectionEvent;
import fil.heartbeat.history.HistoryPoint;
import fil.heartbeat.history.Reported;
import fil.heartbeat.history.SlotRow;
import fil.heartbeat.history.StateChange;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Routes of a node's history: its points, changes of state and connections. */
public final class HistoryRoutes {
  /** Points of one answer: the 48 hours for which slots are stored in full. */
  static final int MAX_POINTS = 5_760;

  /** Memory of a point with the shares of its states. */
  private static final int POINT_BYTES = 512;

  private static final BigInteger ATTO_A_NANO = BigInteger.valueOf(1_000_000_000);
  private static final int AIM_POINTS = 1_000;
  static final int MAX_CHANGES = 1_000;
  private static final Duration LONGEST = Duration.ofDays(400);
  private static final Duration SLOT = Duration.ofSeconds(SlotRow.SLOT_SECONDS);
  private static final List<Duration> STEPS =
      List.of(
          SLOT,
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(15),
          Duration.ofHours(1),
          Duration.ofHours(6),
          Duration.ofDays(1));
  private static final List<String> COLUMNS =
      List.of(
          "t",
          "height",
          "lagEpochs",
          "state",
          "beats",
          "longestGapSeconds",
          "finalityLag",
          "peers",
          "balance");

  private final FleetReads fleet;
  private final InstantSource clock;

  public HistoryRoutes(FleetReads fleet, InstantSource clock) {
    this.fleet = fleet;
    this.clock = clock;
  }

  public void mount(Routes routes) {
    routes.get("/api/v1/nodes/:peerId/history").handler(this::points);
    routes.get("/api/v1/nodes/:peerId/changes").handler(this::changes);
    routes.get("/api/v1/nodes/:peerId/connections").handler(this::connections);
  }

  private void points(RoutingContext ctx) {
    Parameters query = new Parameters(ctx.queryParams(), Set.of("from", "to", "step", "format"));
    Instant to = query.instant("to", clock.instant());
    Instant from = query.instant("from", to.minus(Duration.ofHours(1)));
    checkSpan(query, from, to);
    Duration step = step(query, Duration.between(from, to));
    boolean csv = Responses.wantsCsv(ctx, query);
    String peerId = ctx.pathParam("peerId");
    Future<List<HistoryPoint>> found =
        NodeRoutes.one(fleet.view(), peerId)
            .compose(node -> fleet.past().points(peerId, from, to, step));
    if (csv) {
      found
          .onSuccess(
              points ->
                  CsvResponse.stream(
                      ctx, "history.csv", COLUMNS, points, POINT_BYTES, HistoryRoutes::line))
          .onFailure(ctx::fail);
      return;
    }
    Responses.json(
        ctx,
        found.map(
            points ->
                new JsonObject()
                    .put("peerId", peerId)
                    .put("step", step.toSeconds())
                    .put(
                        "points",
                        new JsonArray(points.stream().map(HistoryRoutes::point).toList()))));
  }

  private static void checkSpan(Parameters query, Instant from, Instant to) {
    if (!from.isBefore(to) || Duration.between(from, to).compareTo(LONGEST) > 0) {
      throw query.bad("from", "a time before to, by at most " + LONGEST.toDays() + " days");
    }
  }

  private static Duration step(Parameters query, Duration span) {
    Duration step =
        query
            .duration("step")
            .orElseGet(
                () ->
                    STEPS.stream()
                        .filter(each -> span.dividedBy(each) <= AIM_POINTS)
                        .findFirst()
                        .orElse(Duration.ofDays(1)));
    boolean whole = step.compareTo(SLOT) >= 0 && step.toNanos() % SLOT.toNanos() == 0;
    if (!whole || step.compareTo(LONGEST) > 0 || span.dividedBy(step) > MAX_POINTS) {
      throw query.bad(
          "step", "a multiple of 30s that gives at most " + MAX_POINTS + " points of this span");
    }
    return step;
  }

  private static JsonObject point(HistoryPoint point) {
    Map<String, Object> shares = new TreeMap<>();
    point.shares().forEach((state, share) -> shares.put(state.label(), share));
    return new JsonObject()
        .put("t", Times.text(point.t()))
        .put("height", point.height())
        .put("lagEpochs", point.lagEpochs())
        .put("state", point.state().label())
        .put("shares", new JsonObject(shares))
        .put("beats", point.beats())
        .put("longestGapSeconds", point.longestGapMillis() / 1e3)
        .put("finalityLag", point.reported().finalityLag())
        .put("peers", point.reported().peers())
        .put("balance", balance(point.reported()));
  }

  private static String line(HistoryPoint point) {
    return Csv.line(
        Arrays.asList(
            Times.text(point.t()),
            point.height(),
            point.lagEpochs(),
            point.state().label(),
            point.beats(),
            point.longestGapMillis() / 1e3,
            point.reported().finalityLag(),
            point.reported().peers(),
            balance(point.reported())));
  }

  /** An amount in attoFIL as a text; null when it is not known. */
  private static @Nullable String balance(Reported reported) {
    Long nano = reported.nanoFil();
    return nano == null ? null : BigInteger.valueOf(nano).multiply(ATTO_A_NANO).toString();
  }

  private void changes(RoutingContext ctx) {
    Parameters query = new Parameters(ctx.queryParams(), Set.of("from", "to", "limit"));
    Instant to = query.instant("to", clock.instant().plusSeconds(1));
    Instant from = query.instant("from", to.minus(Duration.ofDays(90)));
    checkSpan(query, from, to);
    int limit = query.whole("limit", 1, MAX_CHANGES, 100);
    String peerId = ctx.pathParam("peerId");
    Responses.json(
        ctx,
        NodeRoutes.one(fleet.view(), peerId)
            .compose(node -> fleet.past().changes(peerId, from, to, limit))
            .map(
                found ->
                    new JsonObject()
                        .put("peerId", peerId)
                        .put(
                            "changes",
                            new JsonArray(found.stream().map(HistoryRoutes::change).toList()))));
  }

  private static JsonObject change(StateChange change) {
    State from = change.from();
    return new JsonObject()
        .put("t", Times.text(change.at()))
        .put("from", from.label())
        .put("to", change.to().label())
        .put("reason", change.reason());
  }

  private void connections(RoutingContext ctx) {
    Parameters.none(ctx.queryParams());
    String peerId = ctx.pathParam("peerId");
    Responses.json(
        ctx,
        NodeRoutes.one(fleet.view(), peerId)
            .compose(node -> fleet.past().connections(peerId))
            .map(
                found ->
                    new JsonObject()
                        .put("peerId", peerId)
                        .put(
                            "connections",
                            new JsonArray(
                                found.stream().map(HistoryRoutes::connection).toList()))));
  }

  private static JsonObject connection(ConnectionEvent event) {
    return new JsonObject()
        .put("t", Times.text(event.at()))
        .put("opened", event.opened())
        .put("address", event.address())
        .put("reason", event.reason());
  }
}
