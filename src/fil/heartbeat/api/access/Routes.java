package fil.heartbeat.api.access;

import fil.heartbeat.api.http.ApiException;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.SecurityPolicyHandler;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Registers routes so that each is protected: each carries its need, which is checked before
 * anything else. A route without a need requires the most.
 */
public final class Routes {
  private static final String NEED = Routes.class.getName();

  private final Router router;
  private final SecurityPolicyHandler check;
  private final Map<String, Set<String>> methods = new LinkedHashMap<>();

  /**
   * @param check lets a request pass that meets the {@link #need} of its route
   */
  public Routes(Router router, SecurityPolicyHandler check) {
    this.router = router;
    this.check = check;
  }

  /** Adds a route that only reads. */
  public Route get(String path) {
    return on(HttpMethod.GET, path, Need.READ);
  }

  /** Adds a route that changes something. */
  public Route post(String path) {
    return on(HttpMethod.POST, path, Need.CHANGE);
  }

  /** Adds a route that changes something. */
  public Route delete(String path) {
    return on(HttpMethod.DELETE, path, Need.CHANGE);
  }

  public Route on(HttpMethod method, String path, Need need) {
    Set<String> known = methods.computeIfAbsent(path, each -> new TreeSet<>());
    known.add(method.name());
    if (method.equals(HttpMethod.GET)) {
      known.add(HttpMethod.HEAD.name());
    }
    return router.route(method, path).putMetadata(NEED, need).handler(check);
  }

  /**
   * To be called once all routes are registered: requests with another method are answered with the
   * list of allowed ones.
   */
  public void close() {
    methods.forEach(
        (path, known) -> {
          String allow = String.join(", ", known);
          router
              .route(path)
              .putMetadata(NEED, Need.READ)
              .handler(check)
              .handler(
                  ctx ->
                      ctx.fail(
                          new ApiException(
                              405,
                              "Method not allowed",
                              ctx.request().method() + " (expected: " + allow + ")",
                              Map.of("allow", allow))));
        });
  }

  /** Returns the need of a route; the highest when it has none. */
  static Need need(@Nullable Route route) {
    Need need = route == null ? null : route.getMetadata(NEED);
    return need == null ? Need.CHANGE : need;
  }
}
