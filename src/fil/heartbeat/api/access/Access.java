package fil.heartbeat.api.access;

import fil.heartbeat.api.access.AccessRules.Request;
import fil.heartbeat.api.access.AccessRules.Secrets;
import fil.heartbeat.api.access.Caller.Forwarded;
import fil.heartbeat.api.http.ApiException;
import fil.heartbeat.api.http.JsonBody;
import fil.heartbeat.api.http.Responses;
import fil.heartbeat.config.FileWatch;
import fil.heartbeat.config.HttpConfig;
import fil.heartbeat.config.LastingException;
import fil.heartbeat.config.LogMarkers;
import fil.heartbeat.text.Untrusted;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * Applies {@link AccessRules} to each request; knows tokens, sessions and addresses that sent wrong
 * tokens.
 */
public final class Access {
  private static final Logger log = LoggerFactory.getLogger(Access.class);

  /**
   * The logged status of a request whose client went away before it was answered, as other servers
   * log it.
   */
  private static final int NO_ANSWER = 499;

  private static final String REQUEST = "request method={} path={} by={} from={} status={}";

  private static final String SESSION_PATH = "/api/v1/session";
  private static final String COOKIE = "heartbeat-session";
  private static final String BEARER = "bearer ";

  private static final String WHO = Access.class.getName();

  private final Vertx vertx;
  private final FileWatch.Part files;
  private final HttpConfig settings;
  private final AccessRules rules;
  private final InstantSource clock;
  private final Sessions sessions = new Sessions();
  private final Guesses guesses = new Guesses();
  private final LoginCode codes = new LoginCode();
  private final Optional<LocalSecret> local;
  private @Nullable TokenFile file;

  /**
   * @param localToken file of the secret that changes need where {@code settings} names no tokens
   * @param files watches the token file
   */
  public Access(
      Vertx vertx,
      FileWatch.Part files,
      HttpConfig settings,
      Optional<Path> localToken,
      InstantSource clock) {
    this.vertx = vertx;
    this.files = files;
    this.settings = settings;
    this.clock = clock;
    rules =
        new AccessRules(
            settings.naming().hosts(),
            secrets(settings, localToken),
            settings.auth().readableByAll());
    local =
        localToken.map(
            path -> new LocalSecret(vertx, files, path, LocalToken::make, made -> file = made));
  }

  private static Secrets secrets(HttpConfig settings, Optional<Path> localToken) {
    if (settings.auth().tokensFile().isPresent()) {
      return Secrets.TOKENS;
    }
    return localToken.isPresent() ? Secrets.LOCAL : Secrets.NONE;
  }

  /** Reads the tokens, or makes the secret that replaces them. */
  public Future<Void> start() {
    Optional<Path> tokens = settings.auth().tokensFile();
    if (tokens.isPresent()) {
      String name = tokens.get().toString();
      return TokenFile.open(
              vertx, files, tokens.get(), (text, whole) -> Tokens.parse(text, whole, name))
          .onSuccess(opened -> file = opened)
          .onSuccess(
              opened ->
                  log.info("tokens read file={} count={}", name, opened.tokens().grants().size()))
          .<Void>mapEmpty()
          .recover(
              failure ->
                  Future.failedFuture(
                      failure instanceof IOException
                          ? new LastingException(
                              "http.auth.tokensFile: " + failure.getMessage(), failure)
                          : failure));
    }
    return local.map(LocalSecret::start).orElse(Future.succeededFuture());
  }

  /**
   * Identifies the caller; to be mounted before all routes. Refuses only requests for a wrong host
   * name.
   */
  public void identify(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    Optional<ApiException> misdirected =
        rules.misdirected(
            request.authority() == null ? null : shownHost(request.authority().host()));
    if (misdirected.isPresent()) {
      ctx.fail(misdirected.get());
      return;
    }
    Principal who = identified(request);
    if (who.wrong()) {
      guesses.failed(who.address(), clock.instant());
    }
    ctx.put(WHO, who);
    ctx.next();
  }

  private Principal identified(HttpServerRequest request) {
    String address = caller(request).address();
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      String key = Tokens.key(header.substring(BEARER.length()).strip());
      Optional<Grant> grant = tokens().grant(key);
      return new Principal(
          grant,
          address,
          false,
          grant.isEmpty() && file != null,
          () -> rules.mayRead(tokens().grant(key)),
          grant.isPresent() ? key : "");
    }
    Cookie cookie = request.getCookie(COOKIE);
    String id = cookie == null ? "" : cookie.getValue();
    Optional<Grant> grant = session(id);
    return new Principal(
        grant,
        address,
        grant.isPresent(),
        false,
        () -> rules.mayRead(session(id)),
        grant.isPresent() ? id : "");
  }

  private Optional<Grant> session(String id) {
    return sessions.token(id, clock.instant()).flatMap(key -> tokens().grant(key));
  }

  private Tokens tokens() {
    TokenFile opened = file;
    return opened == null ? Tokens.NONE : opened.tokens();
  }

  /** Lets a request pass that meets the need of its route. */
  public void check(RoutingContext ctx) {
    Need need = Routes.need(ctx.currentRoute());
    Optional<ApiException> refusal = refusal(ctx, need);
    Principal who = who(ctx);
    HttpMethod method = ctx.request().method();
    // A request of need ASK comes a few times a second from each page, and changes nothing.
    if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD) && need != Need.ASK) {
      boolean anybody = refusal.isPresent() || who.grant().isEmpty();
      // Whether the body is valid is known only when it is answered.
      ctx.addHeadersEndHandler(answered -> logAnswer(ctx, anybody, ctx.response().getStatusCode()));
      ctx.addEndHandler(
          end -> {
            if (!ctx.response().headWritten()) {
              logAnswer(ctx, anybody, NO_ANSWER);
            }
          });
    }
    refusal.ifPresentOrElse(ctx::fail, ctx::next);
  }

  private static void logAnswer(RoutingContext ctx, boolean anybody, int status) {
    Principal who = who(ctx);
    @Nullable Marker marker = anybody ? LogMarkers.BY_ANYBODY : null;
    Object[] values = {
      ctx.request().method(),
      Untrusted.ascii(ctx.normalizedPath(), Responses.MAX_LOGGED),
      who.grant().map(Grant::name).orElse("-"),
      who.address(),
      status
    };
    // Changes that were made have an audit line; attempts that were refused have this one.
    if (status == 401 || status == 403 || status == 429) {
      log.info(marker, REQUEST, values);
    } else {
      log.debug(marker, REQUEST, values);
    }
  }

  /** Returns why a request does not meet a need; empty when it does. */
  public Optional<ApiException> refusal(RoutingContext ctx, Need need) {
    Optional<ApiException> absence = need == Need.CHANGE ? absence() : Optional.empty();
    if (absence.isPresent()) {
      return absence;
    }
    Principal who = who(ctx);
    HttpServerRequest request = ctx.request();
    return rules
        .refusal(
            new Request(
                need,
                isSameOrigin(request, caller(request)),
                isJson(request),
                who.grant(),
                who.cookie()))
        .map(refusal -> who.wrong() ? guesses.answer(who.address(), refusal) : refusal);
  }

  /** Returns why no valid secret can exist now, whoever the caller is. */
  private Optional<ApiException> absence() {
    return local.flatMap(LocalSecret::absence);
  }

  /** Returns the caller; known once the request was identified. */
  public static Principal who(RoutingContext ctx) {
    Principal who = ctx.get(WHO);
    return who == null ? Principal.UNKNOWN : who;
  }

  /** Whether a request passed {@link #identify}, which is mounted under the base path. */
  public static boolean isIdentified(RoutingContext ctx) {
    return ctx.get(WHO) != null;
  }

  /** Mounts login and logout. */
  public void mount(Routes routes) {
    routes
        .on(HttpMethod.POST, SESSION_PATH, Need.LOGIN)
        .handler(BodyHandler.create(false).setBodyLimit(JsonBody.MAX_BYTES))
        .handler(this::login);
    routes.on(HttpMethod.DELETE, SESSION_PATH, Need.LOGOUT).handler(this::logout);
  }

  private void login(RoutingContext ctx) {
    if (rules.secrets() == Secrets.NONE) {
      throw new ApiException(404, "Not found", "http.auth is off: nobody logs in");
    }
    Optional<ApiException> absence = absence();
    if (absence.isPresent()) {
      throw absence.get();
    }
    Caller caller = caller(ctx.request());
    String given = token(ctx);
    Optional<String> key = key(given);
    if (key.isEmpty()) {
      guesses.failed(caller.address(), clock.instant());
      throw guesses.answer(
          caller.address(),
          new ApiException(
              401,
              "Unauthorized",
              rules.secrets() == Secrets.TOKENS
                  ? "token (expected: one of http.auth.tokensFile)"
                  : "token (expected: that of local.token in the aggregator's dataDir, or a link"
                      + " of login-link that is new)"));
    }
    Grant grant = tokens().grant(key.get()).orElseThrow();
    ctx.response()
        .addCookie(
            cookie(caller, sessions.open(key.get(), clock.instant()))
                .setMaxAge(Sessions.AGE.toSeconds()));
    // Whoever holds a token may log in as often as it likes.
    log.info(
        LogMarkers.BY_ANYBODY,
        "{} action=login",
        who(ctx).with(grant).actor(Optional.empty()).audit());
    Responses.fresh(
        ctx,
        Responses.JSON,
        new JsonObject()
            .put("name", grant.name())
            .put("scope", grant.admin() ? "admin" : "read")
            .toBuffer());
  }

  /** Returns the key of the token of a login, given itself or by a login link. */
  private Optional<String> key(String given) {
    String key = Tokens.key(given);
    if (tokens().grant(key).isPresent()) {
      return Optional.of(key);
    }
    return rules.secrets() == Secrets.LOCAL
        ? tokens().grants().keySet().stream()
            .filter(local -> codes.use(given, local, clock.instant()))
            .findFirst()
        : Optional.empty();
  }

  private static String token(RoutingContext ctx) {
    if (JsonBody.of(ctx, Set.of("token")).value("token") instanceof String token) {
      return token;
    }
    throw new ApiException(400, "Bad body", "body (expected: {\"token\": \"…\"})");
  }

  private void logout(RoutingContext ctx) {
    Cookie cookie = ctx.request().getCookie(COOKIE);
    if (cookie != null) {
      sessions.close(cookie.getValue());
    }
    ctx.response().addCookie(cookie(caller(ctx.request()), "").setMaxAge(0));
    Responses.empty(ctx);
  }

  private Cookie cookie(Caller caller, String value) {
    return Cookie.cookie(COOKIE, value)
        .setPath(settings.naming().basePath() + "/")
        .setHttpOnly(true)
        .setSameSite(CookieSameSite.STRICT)
        .setSecure(caller.scheme().equals("https"));
  }

  private static String shownHost(String host) {
    return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
  }

  private Caller caller(HttpServerRequest request) {
    return Caller.of(
        settings.naming().trustedProxies(),
        String.valueOf(request.remoteAddress().hostAddress()),
        String.valueOf(request.scheme()),
        request.getHeader(HttpHeaders.HOST),
        new Forwarded(
            request.headers().getAll(Caller.FOR),
            request.headers().getAll(Caller.PROTO),
            request.headers().getAll(Caller.HOST)));
  }

  /** Browsers report where a request comes from; other programs do not. */
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
    return request.method().equals(HttpMethod.DELETE)
        || (type != null && type.toLowerCase(Locale.ROOT).startsWith("application/json"));
  }
}
