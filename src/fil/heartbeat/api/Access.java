package fil.heartbeat.api;

import fil.heartbeat.api.AccessRules.Request;
import fil.heartbeat.api.Caller.Forwarded;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks {@link AccessRules} of each request; knows tokens, sessions and who tried too often. */
final class Access {
  private static final Logger log = LoggerFactory.getLogger(Access.class);
  private static final String COOKIE = "heartbeat-session";
  private static final String BEARER = "bearer ";
  private static final long CHECK_MILLIS = 2_000;
  private static final String WHO = Access.class.getName();

  /** Of a request's body, bytes: the longest that any route takes, many times over. */
  static final long MAX_BODY = 64 * 1024;

  /** Wrong tokens that an address may send a minute. */
  static final int MAX_FAILURES = 10;

  private static final Duration FAILURES_LAST = Duration.ofMinutes(1);
  private static final int MAX_ADDRESSES = 1024;

  private record Failures(int count, Instant since) {}

  /**
   * Who asks.
   *
   * @param name of the token; empty without one
   */
  record Who(Optional<String> name, String address) {}

  private final Vertx vertx;
  private final ApiSettings settings;
  private final AccessRules rules;
  private final InstantSource clock;
  private final Sessions sessions = new Sessions();
  private final Map<String, Failures> failures = new LinkedHashMap<>();
  private @Nullable Tokens tokens;
  private @Nullable FileTime read;

  Access(Vertx vertx, ApiSettings settings, InstantSource clock) {
    this.vertx = vertx;
    this.settings = settings;
    this.clock = clock;
    rules =
        new AccessRules(
            settings.http().hosts(),
            settings.http().tokensFile().isPresent(),
            settings.http().readableByAll());
  }

  /** Reads the tokens, again whenever the file changes. */
  Future<Void> start() {
    if (settings.http().tokensFile().isEmpty()) {
      return Future.succeededFuture();
    }
    Path file = settings.http().tokensFile().get();
    vertx.setPeriodic(
        CHECK_MILLIS,
        tick ->
            load(file)
                .onFailure(
                    failure ->
                        log.error(
                            "tokens not read, the old ones stay cause={}", failure.getMessage())));
    return load(file);
  }

  private Future<Void> load(Path file) {
    FileTime before = read;
    return vertx
        .executeBlocking(
            () -> {
              FileTime modified = Files.getLastModifiedTime(file);
              return modified.equals(before) ? Optional.<Loaded>empty() : loaded(file, modified);
            })
        .map(
            loaded -> {
              loaded.ifPresent(
                  each -> {
                    read = each.modified();
                    tokens = each.tokens();
                    log.info("tokens read file={}", file);
                  });
              return null;
            });
  }

  private record Loaded(Tokens tokens, FileTime modified) {}

  private static Optional<Loaded> loaded(Path file, FileTime modified) throws IOException {
    return Optional.of(new Loaded(Tokens.load(file), modified));
  }

  void mount(Router router) {
    router.route().handler(this::check);
    router
        .post(AccessRules.SESSION_PATH)
        .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY))
        .handler(this::login);
    router.delete(AccessRules.SESSION_PATH).handler(this::logout);
  }

  private void check(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    Caller caller = caller(request);
    String path = path(ctx);
    String bearer = request.getHeader(HttpHeaders.AUTHORIZATION);
    boolean byHeader = bearer != null && bearer.regionMatches(true, 0, BEARER, 0, BEARER.length());
    Optional<Grant> grant = Optional.empty();
    if (byHeader && bearer != null) {
      if (isBlocked(ctx)) {
        ctx.fail(tooMany());
        return;
      }
      grant = grant(bearer.substring(BEARER.length()).strip());
      if (grant.isEmpty()) {
        failed(ctx);
      }
    } else {
      grant = session(request).filter(this::holds);
    }
    Optional<ApiException> refusal =
        rules.refusal(
            new Request(
                request.method().name(),
                path,
                request.authority() == null ? null : shownHost(request.authority().host()),
                caller.loopback(),
                isSameOrigin(request, caller),
                isJson(request),
                grant,
                !byHeader && grant.isPresent()));
    if (!request.method().name().equals("GET") && !request.method().name().equals("HEAD")) {
      log.info(
          "request method={} path={} by={} from={} refused={}",
          request.method(),
          path,
          grant.map(Grant::name).orElse("-"),
          caller.address(),
          refusal.map(ApiException::status).orElse(0));
    }
    if (refusal.isPresent()) {
      ctx.fail(refusal.get());
    } else {
      ctx.put(WHO, new Who(grant.map(Grant::name), caller.address()));
      ctx.next();
    }
  }

  /** Who asks; known once the request was let in. */
  static Who who(RoutingContext ctx) {
    Who who = ctx.get(WHO);
    return who == null ? new Who(Optional.empty(), "unknown") : who;
  }

  /**
   * Logs what a request changed.
   *
   * @param what of it, in one line
   * @param by whoever did it, by its own account unless there are tokens
   */
  static void audit(
      RoutingContext ctx, String action, String id, String what, String by, String comment) {
    log.info(
        "changed action={} id={} what={} comment={} by={} from={}",
        Json.encode(action),
        id,
        what,
        Json.encode(comment),
        Json.encode(by),
        who(ctx).address());
  }

  private void login(RoutingContext ctx) {
    if (tokens == null) {
      throw new ApiException(404, "Not found", "http.auth is off: nobody logs in");
    }
    if (isBlocked(ctx)) {
      throw tooMany();
    }
    Optional<Grant> grant = grant(token(ctx));
    if (grant.isEmpty()) {
      failed(ctx);
      throw new ApiException(401, "Unauthorized", "token (expected: one of http.auth.tokensFile)");
    }
    ctx.response()
        .addCookie(
            cookie(caller(ctx.request()), sessions.open(grant.get(), clock.instant()))
                .setMaxAge(Sessions.AGE.toSeconds()));
    Answers.fresh(
        ctx,
        Answers.JSON,
        new JsonObject()
            .put("name", grant.get().name())
            .put("scope", grant.get().admin() ? "admin" : "read")
            .toBuffer());
  }

  private static String token(RoutingContext ctx) {
    try {
      JsonObject body = ctx.body().asJsonObject();
      if (body != null && body.getValue("token") instanceof String token) {
        return token;
      }
    } catch (DecodeException e) {
      // Answered below.
    }
    throw new ApiException(400, "Bad request", "body (expected: {\"token\": \"…\"})");
  }

  private void logout(RoutingContext ctx) {
    Cookie cookie = ctx.request().getCookie(COOKIE);
    if (cookie != null) {
      sessions.close(cookie.getValue());
    }
    ctx.response().addCookie(cookie(caller(ctx.request()), "").setMaxAge(0));
    Answers.empty(ctx);
  }

  private Cookie cookie(Caller caller, String value) {
    return Cookie.cookie(COOKIE, value)
        .setPath(settings.http().basePath() + "/")
        .setHttpOnly(true)
        .setSameSite(CookieSameSite.STRICT)
        .setSecure(caller.scheme().equals("https"));
  }

  private Optional<Grant> grant(String token) {
    return tokens == null ? Optional.empty() : tokens.grant(token);
  }

  private boolean holds(Grant grant) {
    return tokens != null && tokens.holds(grant);
  }

  private Optional<Grant> session(HttpServerRequest request) {
    return Optional.ofNullable(request.getCookie(COOKIE))
        .flatMap(cookie -> sessions.grant(cookie.getValue(), clock.instant()));
  }

  private boolean isBlocked(RoutingContext ctx) {
    Failures known = failures.get(address(ctx));
    return known != null
        && known.count() >= MAX_FAILURES
        && clock.instant().isBefore(known.since().plus(FAILURES_LAST));
  }

  private void failed(RoutingContext ctx) {
    Instant now = clock.instant();
    Failures known = failures.remove(address(ctx));
    boolean fresh = known == null || !now.isBefore(known.since().plus(FAILURES_LAST));
    if (failures.size() >= MAX_ADDRESSES) {
      var ignored = failures.remove(failures.keySet().iterator().next());
    }
    failures.put(
        address(ctx),
        fresh || known == null
            ? new Failures(1, now)
            : new Failures(known.count() + 1, known.since()));
  }

  private static ApiException tooMany() {
    return new ApiException(
        429,
        "Too many requests",
        "more than " + MAX_FAILURES + " wrong tokens a minute",
        Map.of("retry-after", String.valueOf(FAILURES_LAST.toSeconds())));
  }

  private String address(RoutingContext ctx) {
    return caller(ctx.request()).address();
  }

  private static String shownHost(String host) {
    return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
  }

  private Caller caller(HttpServerRequest request) {
    return Caller.of(
        settings.http().trustedProxies(),
        String.valueOf(request.remoteAddress().hostAddress()),
        String.valueOf(request.scheme()),
        request.getHeader(HttpHeaders.HOST),
        new Forwarded(
            request.headers().getAll(Caller.FOR),
            request.headers().getAll(Caller.PROTO),
            request.headers().getAll(Caller.HOST)));
  }

  /** The path behind the base path. */
  private String path(RoutingContext ctx) {
    String path = ctx.normalizedPath();
    String base = settings.http().basePath();
    return path.startsWith(base + "/") ? path.substring(base.length()) : path;
  }

  /** Browsers say where a request comes from; other programs say nothing. */
  private static boolean isSameOrigin(HttpServerRequest request, Caller caller) {
    String site = request.getHeader("sec-fetch-site");
    if (site != null && !site.equals("same-origin") && !site.equals("none")) {
      return false;
    }
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    return origin == null || origin.equals(caller.scheme() + "://" + caller.authority());
  }

  private static boolean isJson(HttpServerRequest request) {
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    return request.method().name().equals("DELETE")
        || (type != null && type.toLowerCase(java.util.Locale.ROOT).startsWith("application/json"));
  }
}
