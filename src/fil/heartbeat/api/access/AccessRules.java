package fil.heartbeat.api.access;

import fil.heartbeat.api.http.ApiException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask what. Pure: what a route needs and what a token allows in, a refusal or none out.
 *
 * @param names by which the server may be called, lower case
 * @param secrets with what changes are made
 * @param readableByAll whether reading needs none of them
 */
record AccessRules(List<String> names, Secrets secrets, boolean readableByAll) {

  /** With what changes are made; nothing that a header or an address says is enough. */
  enum Secrets {
    /** Tokens of a file, which reading needs too. */
    TOKENS("Bearer and a token of http.auth.tokensFile"),
    /** The secret that the aggregator made. */
    LOCAL(
        "Bearer and the secret of local.token in the aggregator's dataDir, or the link that"
            + " login-link prints"),
    /** None: there are no changes. */
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
   * What is asked.
   *
   * @param sameOrigin false when a browser says that another page asks
   * @param json whether it has no body or says that it is JSON
   * @param grant what its token allows; empty without one
   * @param cookie whether the token came as a cookie, which browsers send by themselves
   */
  record Request(
      Need need, boolean sameOrigin, boolean json, Optional<Grant> grant, boolean cookie) {}

  /** Why a server of this name is not asked; empty when it is ours. */
  Optional<ApiException> misdirected(@Nullable String host) {
    if (host == null || host.isEmpty()) {
      // HTTP/1.0 may go without one; who has a name for us has it from somewhere.
      return refuse(400, "Bad Request", "host: (missing) (expected: one Host)");
    }
    return isOurs(host)
        ? Optional.empty()
        : refuse(
            421,
            "Misdirected request",
            "host: " + host + " (expected: an address, localhost or a name of http.hosts)");
  }

  /** Why not; empty when it may. */
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

  /** Whether reading is for whoever has this. */
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

  /** A browser may have been made to ask. */
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

  private static Optional<ApiException> refuse(int status, String title, String detail) {
    return Optional.of(new ApiException(status, title, detail));
  }
}
