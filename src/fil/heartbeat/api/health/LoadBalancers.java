package fil.heartbeat.api.health;

import fil.heartbeat.api.access.FleetReads;
import fil.heartbeat.api.access.Need;
import fil.heartbeat.api.access.Routes;
import fil.heartbeat.api.http.ApiException;
import fil.heartbeat.api.http.Parameters;
import fil.heartbeat.api.http.Responses;
import fil.heartbeat.api.http.Times;
import fil.heartbeat.config.HttpConfig;
import fil.heartbeat.fleet.NodeHealth.Answer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;

/**
 * What load balancers ask: {@code GET /health/node/…}, and the agent port if there is one. Answers
 * are those of {@link HealthWatch}.
 */
public final class LoadBalancers {
  private static final String TEXT = "text/plain; charset=utf-8";

  private final HealthWatch watch;
  private final Optional<AgentPort> agent;
  private final Need need;

  public LoadBalancers(Vertx vertx, FleetReads fleet, HttpConfig http) {
    watch = new HealthWatch(vertx, fleet.health(), System::nanoTime, this::looked);
    agent =
        http.health()
            .agentPort()
            .map(
                port ->
                    new AgentPort(
                        vertx,
                        http.bind().host(),
                        port,
                        node -> watch.of(node, false),
                        AgentPort.PATIENCE));
    need = http.health().readableByAll() ? Need.NOTHING : Need.READ;
  }

  /** Completes when health is known as far as it can be; fails when the agent port is taken. */
  public Future<Void> start() {
    return agent
        .map(AgentPort::check)
        .orElse(Future.succeededFuture())
        .compose(free -> watch.start());
  }

  public Future<Void> close() {
    watch.close();
    return agent.map(AgentPort::close).orElse(Future.succeededFuture());
  }

  /** Returns the agent checks so far; empty without an agent port. */
  public Optional<AgentCounts> counts() {
    return agent.map(AgentPort::counts);
  }

  private void looked() {
    if (!watch.isWarming()) {
      agent.ifPresent(AgentPort::listen);
    }
  }

  public void mount(Routes routes) {
    routes.on(HttpMethod.GET, "/health/node/:node", need).handler(this::answer);
  }

  private void answer(RoutingContext ctx) {
    Parameters query = new Parameters(ctx.queryParams(), Set.of("strict"));
    String node = ctx.pathParam("node");
    Answer answer =
        watch
            .of(node, isStrict(query))
            .orElseThrow(
                () ->
                    new ApiException(
                        404,
                        "Not found",
                        node + " (expected: a peer id or a name of aggregator.expected)"));
    ctx.response().setStatusCode(answer.up() ? 200 : 503);
    String accept = ctx.request().getHeader(HttpHeaders.ACCEPT);
    if (accept != null && accept.contains(Responses.JSON)) {
      Responses.fresh(ctx, Responses.JSON, json(answer).toBuffer());
    } else {
      Responses.fresh(ctx, TEXT, Buffer.buffer(answer.up() ? "up" : "down: " + answer.reason()));
    }
  }

  private static boolean isStrict(Parameters query) {
    return switch (query.text("strict").orElse("false")) {
      case "true" -> true;
      case "false" -> false;
      default -> throw query.bad("strict", "true or false");
    };
  }

  private static JsonObject json(Answer answer) {
    return new JsonObject()
        .put("peerId", answer.peerId())
        .put("health", answer.up() ? "up" : "down")
        .put("reason", answer.reason())
        .put("state", answer.state().label())
        .put("since", Times.text(answer.since()))
        .put("held", answer.held());
  }
}
