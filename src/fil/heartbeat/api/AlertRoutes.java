package fil.heartbeat.api;

import fil.heartbeat.alert.AlertView;
import io.vertx.ext.web.Router;

/** The alerts: lists, acknowledging, silences. */
final class AlertRoutes {
  private final AlertView view;

  AlertRoutes(AlertView view) {
    this.view = view;
  }

  void mount(Router router) {
    router
        .get("/api/v1/alerts")
        .handler(
            ctx ->
                view.alerts()
                    .onSuccess(
                        found ->
                            Answers.json(
                                ctx,
                                new io.vertx.core.json.JsonObject().put("alerts", found.size())))
                    .onFailure(ctx::fail));
  }
}
