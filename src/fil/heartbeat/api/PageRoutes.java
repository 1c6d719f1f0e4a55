package fil.heartbeat.api;

import fil.heartbeat.api.access.Need;
import fil.heartbeat.api.access.Routes;
import fil.heartbeat.api.http.Responses;
import fil.heartbeat.dashboard.Dashboard;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/** The page and its files. */
final class PageRoutes {
  private PageRoutes() {}

  static void mount(Routes routes) {
    routes
        .on(HttpMethod.GET, "/", Need.NOTHING)
        .handler(ctx -> answer(ctx, Dashboard.names().get(0)));
    for (String name : Dashboard.names()) {
      routes.on(HttpMethod.GET, "/" + name, Need.NOTHING).handler(ctx -> answer(ctx, name));
    }
  }

  private static void answer(RoutingContext ctx, String name) {
    Dashboard.File file = Dashboard.file(name).orElseThrow();
    ctx.response()
        .putHeader("content-security-policy", Dashboard.CONTENT_SECURITY_POLICY)
        .putHeader("referrer-policy", "no-referrer")
        .putHeader("x-frame-options", "DENY");
    Responses.body(ctx, file.type(), Buffer.buffer(file.bytes()));
  }
}
