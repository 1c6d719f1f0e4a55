package fil.heartbeat.api.rest;

import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.aggregator.Snapshot;
import fil.heartbeat.alert.model.Actor;
import fil.heartbeat.api.access.Access;
import fil.heartbeat.api.access.Routes;
import fil.heartbeat.api.http.ApiException;
import fil.heartbeat.api.http.Csv;
import fil.heartbeat.api.http.CsvResponse;
import fil.heartbeat.api.http.Parameters;
import fil.heartbeat.api.http.Responses;
import fil.heartbeat.text.Untrusted;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Routes of the nodes: lists, one node, its badge, and forgetting it. */
public final class NodeRoutes {
  private static final Logger log = LoggerFactory.getLogger(NodeRoutes.class);
  private static final List<NodeMember> MEMBERS = Arrays.asList(NodeMember.values());

  /** Memory of a node with its claims and the hours of its uptime. */
  private static final int NODE_BYTES = 2_048;

  private final AggregatorView view;

  public NodeRoutes(AggregatorView view) {
    this.view = view;
  }

  public void mount(Routes routes) {
    routes.get("/api/v1/nodes").handler(this::list);
    routes
        .get("/api/v1/nodes/:peerId")
        .handler(
            ctx -> {
              Parameters.none(ctx.queryParams());
              Responses.json(ctx, one(view, ctx.pathParam("peerId")).map(NodeMember::json));
            });
    routes.delete("/api/v1/nodes/:peerId").handler(this::forget);
    routes.get("/badge/:peerId.svg").handler(this::badge);
  }

  /** Finds the node of a peer id; fails with a 404 when there is none. */
  static Future<Node> one(AggregatorView view, String peerId) {
    return view.nodes(List.of(peerId))
        .compose(
            found ->
                found.isEmpty()
                    ? Future.failedFuture(ApiException.noNode(peerId))
                    : Future.succeededFuture(found.get(0)));
  }

  private void list(RoutingContext ctx) {
    Parameters parameters = new Parameters(ctx.queryParams(), NodeQuery.PARAMETERS);
    NodeQuery query = NodeQuery.parse(parameters);
    if (!Responses.wantsCsv(ctx, parameters)) {
      Responses.json(ctx, view.snapshot().map(now -> query.answer(now.nodes())));
      return;
    }
    view.snapshot()
        .map(Snapshot::nodes)
        .onSuccess(
            nodes ->
                CsvResponse.stream(
                    ctx,
                    "nodes.csv",
                    MEMBERS.stream().map(NodeMember::key).toList(),
                    query.rows(nodes),
                    NODE_BYTES,
                    NodeRoutes::line))
        .onFailure(ctx::fail);
  }

  private static String line(Node node) {
    return Csv.line(Arrays.asList(MEMBERS.stream().map(member -> member.of(node)).toArray()));
  }

  private void forget(RoutingContext ctx) {
    String peerId = ctx.pathParam("peerId");
    Actor by = Access.who(ctx).actor(Optional.empty());
    view.forget(peerId)
        .onSuccess(
            known -> {
              if (known) {
                log.info("{} action=forget peer={}", by.audit(), Untrusted.quoted(peerId));
                Responses.empty(ctx);
              } else {
                ctx.fail(ApiException.noNode(peerId));
              }
            })
        .onFailure(ctx::fail);
  }

  private void badge(RoutingContext ctx) {
    one(view, ctx.pathParam("peerId"))
        .onSuccess(node -> Responses.body(ctx, "image/svg+xml", Buffer.buffer(Badge.svg(node))))
        .onFailure(ctx::fail);
  }
}
