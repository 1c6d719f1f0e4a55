package fil.heartbeat.api;

import fil.heartbeat.aggregator.NodeCapacity.Limit;
import fil.heartbeat.aggregator.Overview;
import fil.heartbeat.api.access.Access;
import fil.heartbeat.api.access.FleetReads;
import fil.heartbeat.api.access.Need;
import fil.heartbeat.api.access.Routes;
import fil.heartbeat.api.http.Responses;
import fil.heartbeat.api.rest.Degraded;
import fil.heartbeat.sender.SenderStatus;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code /health/live}: the process answers. {@code /health/ready}: its roles are up, and which
 * faults it knows of; the server listens only once they are up. The health of single nodes is
 * {@link fil.heartbeat.api.health.LoadBalancers}'.
 */
final class HealthRoutes {
  private final Optional<FleetReads> aggregator;
  private final Degraded degraded;
  private final Supplier<List<SenderStatus>> senders;

  /**
   * @param aggregator empty in a process without one
   */
  HealthRoutes(
      Optional<FleetReads> aggregator, Degraded degraded, Supplier<List<SenderStatus>> senders) {
    this.aggregator = aggregator;
    this.degraded = degraded;
    this.senders = senders;
  }

  /**
   * @param access decides who may read more than the status
   */
  void mount(Routes routes, Access access) {
    routes
        .on(HttpMethod.GET, "/health/live", Need.NOTHING)
        .handler(
            ctx ->
                Responses.fresh(
                    ctx, Responses.JSON, new JsonObject().put("status", "up").toBuffer()));
    routes
        .on(HttpMethod.GET, "/health/ready", Need.NOTHING)
        .handler(ctx -> ready(ctx, access.refusal(ctx, Need.READ).isEmpty()));
  }

  /**
   * @param whole whether to show the state of each role, else only the status
   */
  private void ready(RoutingContext ctx, boolean whole) {
    Future<Optional<Overview>> overview =
        aggregator
            .map(fleet -> fleet.view().overview().map(Optional::of))
            .orElse(Future.succeededFuture(Optional.empty()));
    overview
        .compose(now -> degraded.list(now).map(why -> answer(now, why)))
        .onSuccess(
            ready -> {
              JsonObject shown =
                  whole ? ready : new JsonObject().put("status", ready.getString("status"));
              Responses.fresh(ctx, Responses.JSON, shown.toBuffer());
            })
        .onFailure(ctx::fail);
  }

  private JsonObject answer(Optional<Overview> now, List<String> why) {
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
    Optional<Limit> limit = now.flatMap(each -> each.use().capacity().tightest());
    return new JsonObject()
        .put("status", why.isEmpty() ? "ready" : "degraded")
        .put("degraded", new JsonArray(why))
        .put("aggregator", aggregator.isPresent())
        .put("warming", now.map(Overview::warming).orElse(null))
        .put("nodes", limit.map(Limit::nodes).orElse(null))
        .put("limit", limit.map(Limit::setting).orElse(null))
        .put("senders", targets);
  }
}
