package fil.heartbeat.api;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask what. Pure: a request and what its token allows in, a refusal or none out.
 *
 * @param names by which the server may be called, lower case
 * @param tokens whether there are tokens
 * @param readableByAll whether reading needs none
 */
record AccessRules(List<String> names, boolean tokens, boolean readableByAll) {
  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
  static final String SESSION_PATH = "/api/v1/session";

  AccessRules {
    names = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
  }

  /**
   * What is asked.
   *
   * @param host of the header, without port; null when there is none
   * @param loopback whether it comes from this machine
   * @param sameOrigin false when a browser says that another page asks
   * @param json whether it has no body or says that it is JSON
   * @param grant what its token allows; empty without one
   * @param cookie whether the token came as a cookie, which browsers send by themselves
   */
  record Request(
      String method,
      String path,
      @Nullable String host,
      boolean loopback,
      boolean sameOrigin,
      boolean json,
      Optional<Grant> grant,
      boolean cookie) {
    private boolean reads() {
      return READING.contains(method);
    }
  }

  /** Why not; empty when it may. */
  Optional<ApiException> refusal(Request request) {
    if (!isOurs(request.host())) {
      return refuse(
          421,
          "Misdirected request",
          "host: " + request.host() + " (expected: an address, localhost or a name of http.hosts)");
    }
    if (!isProtected(request.path())) {
      return Optional.empty();
    }
    boolean writes = !request.reads();
    if (writes && !request.json()) {
      return refuse(415, "Unsupported media type", "content-type (expected: application/json)");
    }
    if (writes && !request.sameOrigin() && (request.cookie() || !tokens)) {
      return refuse(403, "Forbidden", "origin (expected: the page of this server)");
    }
    if (request.path().equals(SESSION_PATH)) {
      return Optional.empty();
    }
    return tokens ? byToken(request, writes) : byPlace(request, writes);
  }

  private Optional<ApiException> byToken(Request request, boolean writes) {
    if (request.grant().isEmpty()) {
      return readableByAll && !writes
          ? Optional.empty()
          : Optional.of(
              new ApiException(
                  401,
                  "Unauthorized",
                  "authorization (expected: Bearer and a token of http.auth.tokensFile)",
                  Map.of("www-authenticate", "Bearer")));
    }
    return writes && !request.grant().get().admin()
        ? refuse(403, "Forbidden", "the token's scope is read (expected: admin)")
        : Optional.empty();
  }

  private static Optional<ApiException> byPlace(Request request, boolean writes) {
    return writes && !request.loopback()
        ? refuse(403, "Forbidden", "without http.auth changes are made from this machine only")
        : Optional.empty();
  }

  /** An address cannot be bound again to another one, as a name can (DNS rebinding). */
  private boolean isOurs(@Nullable String host) {
    if (host == null) {
      return false;
    }
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost")
        || name.startsWith("[")
        || name.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")
        || names.contains(name);
  }

  /** The page's own files and health are for everyone. */
  private static boolean isProtected(String path) {
    return path.startsWith("/api/") || path.equals("/metrics") || path.startsWith("/badge/");
  }

  private static Optional<ApiException> refuse(int status, String title, String detail) {
    return Optional.of(new ApiException(status, title, detail));
  }
}
