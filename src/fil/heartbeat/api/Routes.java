package fil.heartbeat.api;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.SecurityPolicyHandler;
import org.jspecify.annotations.Nullable;

/**
 * Registers routes so that none is without protection: each holds what it needs and asks for that
 * before anything else. A route that does not say otherwise needs a token.
 */
final class Routes {
  private static final String NEED = Routes.class.getName();

  private final Router router;
  private final SecurityPolicyHandler check;

  /**
   * @param check lets a request pass that has what {@link #need} tells of its route
   */
  Routes(Router router, SecurityPolicyHandler check) {
    this.router = router;
    this.check = check;
  }

  /** What only reads. */
  Route get(String path) {
    return on(HttpMethod.GET, path, Need.READ);
  }

  /** What changes something. */
  Route post(String path) {
    return on(HttpMethod.POST, path, Need.CHANGE);
  }

  /** What changes something. */
  Route delete(String path) {
    return on(HttpMethod.DELETE, path, Need.CHANGE);
  }

  Route on(HttpMethod method, String path, Need need) {
    return router.route(method, path).putMetadata(NEED, need).handler(check);
  }

  /** What a route needs; the most when it does not say. */
  static Need need(@Nullable Route route) {
    Need need = route == null ? null : route.getMetadata(NEED);
    return need == null ? Need.CHANGE : need;
  }
}
