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
 * Registers routes so that none is without protection: each holds what it needs and asks for that
 * before anything else. A route that does not say otherwise needs a token.
 */
public final class Routes {
  private static final String NEED = Routes.class.getName();

  private final Router router;
  private final SecurityPolicyHandler check;
  private final Map<String, Set<String>> methods = new LinkedHashMap<>();

  /**
   * @param check lets a request pass that has what {@link #need} tells of its route
   */
  public Routes(Router router, SecurityPolicyHandler check) {
    this.router = router;
    this.check = check;
  }

  /** What only reads. */
  public Route get(String path) {
    return on(HttpMethod.GET, path, Need.READ);
  }

  /** What changes something. */
  public Route post(String path) {
    return on(HttpMethod.POST, path, Need.CHANGE);
  }

  /** What changes something. */
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

  /** To be called once all are registered: every other method is told which ones there are. */
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

  /** What a route needs; the most when it does not say. */
  static Need need(@Nullable Route route) {
    Need need = route == null ? null : route.getMetadata(NEED);
    return need == null ? Need.CHANGE : need;
  }
}
