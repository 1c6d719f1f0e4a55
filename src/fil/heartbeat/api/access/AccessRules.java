package fil.heartbeat.api.access;

import fil.heartbeat.api.http.ApiException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may do what. Pure: takes the need of a route and the grant of a token, returns a
 * refusal or none.
 *
 * @param names valid host names of this server, lower case
 * @param secrets which changes need
 * @param readableByAll whether reading needs no token
 */
record AccessRules(List<String> names, Secrets secrets, boolean readableByAll) {

  /** The kind of secret that changes need; no header or address is enough. */
  enum Secrets {
    /** Tokens of a file, which reading needs too. */
    TOKENS("Bearer and a token of http.auth.tokensFile"),
    /** The secret that the aggregator made. */
    LOCAL(
        "Bearer and the secret of local.token in the aggregator's dataDir, or the link that"
            + " login-link prints"),
    /** None: changes are not possible. */
    NONE("http.auth.tokensFile to name tokens");

    private final String expected;

    Secrets(String expected) {
      this.expected = expected;
    }
  }

  AccessRules {
    names = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
  }

  /**
   * The facts of a request that decide.
   *
   * @param sameOrigin false when a browser reports that another site's page sent it
   * @param json whether it has no body or declares it as JSON
   * @param grant of its token; empty without one
   * @param cookie whether the token came as a cookie, which browsers send by themselves
   */
  record Request(
      Need need, boolean sameOrigin, boolean json, Optional<Grant> grant, boolean cookie) {}

  /** Returns why a request for this host name is refused; empty when the name is valid. */
  Optional<ApiException> misdirected(@Nullable String host) {
    if (host == null || host.isEmpty()) {
      // HTTP/1.0 allows this, but a client that reached this server knows a name for it.
      return refuse(400, "Bad Request", "host: (missing) (expected: one Host)");
    }
    return isOurs(host)
        ? Optional.empty()
        : refuse(
            421,
            "Misdirected request",
            "host: " + host + " (expected: an address, localhost or a name of http.hosts)");
  }

  /** Returns why a request is refused; empty when it is allowed. */
  Optional<ApiException> refusal(Request request) {
    return switch (request.need()) {
      case NOTHING -> Optional.empty();
      case LOGIN -> malformed(request);
      case READ -> mayRead(request.grant()) ? Optional.empty() : Optional.of(unauthorized());
      case ASK -> mayRead(request.grant()) ? malformed(request) : Optional.of(unauthorized());
      case LOGOUT -> request.grant().isEmpty() ? Optional.of(unauthorized()) : malformed(request);
      case CHANGE -> request.grant().map(grant -> change(request, grant)).orElseGet(this::noGrant);
    };
  }

  /** Whether a grant allows reading. */
  boolean mayRead(Optional<Grant> grant) {
    return readableByAll || secrets != Secrets.TOKENS || grant.isPresent();
  }

  private Optional<ApiException> noGrant() {
    return secrets == Secrets.NONE
        ? refuse(403, "Forbidden", "changes (expected: " + secrets.expected + ")")
        : Optional.of(unauthorized());
  }

  private Optional<ApiException> change(Request request, Grant grant) {
    return grant.admin()
        ? malformed(request)
        : refuse(403, "Forbidden", "the token's scope is read (expected: admin)");
  }

  /** Refuses requests that another site's page may have made a browser send. */
  private Optional<ApiException> malformed(Request request) {
    if (!request.json()) {
      return refuse(415, "Unsupported media type", "content-type (expected: application/json)");
    }
    boolean byItself =
        request.cookie()
            || request.need() == Need.ASK
            || (request.need() == Need.LOGIN && secrets != Secrets.TOKENS);
    return byItself && !request.sameOrigin()
        ? refuse(403, "Forbidden", "origin (expected: the page of this server)")
        : Optional.empty();
  }

  private ApiException unauthorized() {
    return new ApiException(
        401,
        "Unauthorized",
        "authorization (expected: " + secrets.expected + ")",
        Map.of("www-authenticate", "Bearer"));
  }

  /**
   * Accepts any IP address: unlike a name, it cannot be bound to another address (DNS rebinding).
   */
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

  private static Optional<ApiException> refuse(int status, String title, String detail) {
    return Optional.of(new ApiException(status, title, detail));
  }
}
