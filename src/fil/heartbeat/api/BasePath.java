package fil.heartbeat.api;

import fil.heartbeat.api.access.Access;
import fil.heartbeat.api.access.Need;
import fil.heartbeat.api.http.ApiException;
import fil.heartbeat.api.http.JsonBody;
import fil.heartbeat.api.http.Responses;
import fil.heartbeat.context.Futures;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code http.basePath}: all routes are below it; a request for any other path is answered 404. */
final class BasePath {
  private static final Logger log = LoggerFactory.getLogger(BasePath.class);

  private BasePath() {}

  /**
   * Returns the router of a server.
   *
   * @param first handlers of each request, below the base path or not
   */
  static Router mount(
      Vertx vertx, String base, Router routes, Access access, List<Handler<RoutingContext>> first) {
    Router router = routes;
    if (!base.isEmpty()) {
      router = Router.router(vertx);
      for (Handler<RoutingContext> each : first) {
        router.route().handler(each);
      }
      router.get(base).handler(ctx -> into(ctx, base));
      router.route(base + "/*").subRouter(routes);
      router.route().failureHandler(Responses::problem);
    }
    router.errorHandler(
        404,
        ctx ->
            noRoute(
                ctx,
                access,
                new ApiException(404, "Not found", "no resource at " + ctx.request().path())));
    router.errorHandler(
        413,
        ctx ->
            Responses.problem(
                ctx,
                413,
                "Content too large",
                "the body has more than " + JsonBody.MAX_BYTES + " bytes"));
    router.errorHandler(
        400,
        ctx -> Responses.problem(ctx, 400, "Bad request", "the path or query cannot be decoded"));
    return router;
  }

  /** Under the base path, a client without the right to read gets 401 instead of 404. */
  private static void noRoute(RoutingContext ctx, Access access, ApiException otherwise) {
    Responses.problem(
        ctx,
        Access.isIdentified(ctx) ? access.refusal(ctx, Need.READ).orElse(otherwise) : otherwise);
  }

  /** Adds the slash at the end, since the page's links are relative. */
  private static void into(RoutingContext ctx, String base) {
    if (base.equals(ctx.request().path())) {
      Futures.logged(ctx.redirect(base + "/"), log, "redirect to the base path");
    } else {
      ctx.next();
    }
  }
}
