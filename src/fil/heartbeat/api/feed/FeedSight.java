package fil.heartbeat.api.feed;

import fil.heartbeat.api.access.Access;
import fil.heartbeat.api.http.ApiException;
import fil.heartbeat.api.http.JsonBody;
import fil.heartbeat.api.http.Parameters;
import fil.heartbeat.api.http.Responses;
import fil.heartbeat.api.rest.NodeFilter;
import io.vertx.core.json.JsonArray;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The rows that each viewer has in sight: set by the query that opens its stream, and later by its
 * name.
 */
final class FeedSight {
  /** The parameters that open a stream. */
  static final Set<String> PARAMETERS =
      Parameters.names(NodeFilter.PARAMETERS, "rows", "viewer", "lastEventId");

  static final int MAX_ROWS = 200;
  private static final int MAX_PEER_ID = 128;

  private final FeedAudience audience;
  private final long ticksPerSecond;
  private final FeedNames names = new FeedNames();

  FeedSight(FeedAudience audience, long ticksPerSecond) {
    this.audience = audience;
    this.ticksPerSecond = ticksPerSecond;
  }

  /**
   * Returns the rows in a query.
   *
   * @throws ApiException when the value is not a list of rows
   */
  static List<String> in(Parameters query) {
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

  /**
   * Adds a viewer.
   *
   * @param name which the viewer gave itself; empty when it will not change its rows
   * @param caller key of its token or session; empty without one
   */
  void enter(FeedViewer viewer, Optional<String> name, String caller) {
    name.ifPresent(given -> names.enter(given, viewer, caller));
  }

  /** Removes a viewer. */
  void leave(FeedViewer viewer) {
    names.leave(viewer);
  }

  /** Replaces the rows that a viewer has in sight. */
  void watch(RoutingContext ctx) {
    JsonBody body = JsonBody.of(ctx, Set.of("rows"));
    List<String> rows = new ArrayList<>();
    if (body.value("rows") instanceof JsonArray given && given.size() <= MAX_ROWS) {
      for (Object each : given) {
        if (each instanceof String id && !id.isEmpty() && id.length() <= MAX_PEER_ID) {
          rows.add(id);
        }
      }
      if (rows.size() == given.size()) {
        long second = audience.ticks() / ticksPerSecond;
        FeedViewer viewer = names.find(ctx.pathParam("viewer"), Access.who(ctx).key(), second);
        audience.watch(viewer, List.copyOf(rows));
        Responses.empty(ctx);
        return;
      }
    }
    throw body.bad(
        "rows",
        "a list of at most " + MAX_ROWS + " peer ids of at most " + MAX_PEER_ID + " characters");
  }
}
