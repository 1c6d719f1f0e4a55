package fil.heartbeat.testing.nodes;

import fil.heartbeat.testing.nodes.Method.RefusalException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A node's HTTP server on a free port of the loopback: paths, tokens, methods, and the faults that
 * a test switches on.
 */
public abstract class NodeDouble {

  /** A fault of all methods. */
  public static final String ALL = "*";

  private static final int WRONG_PARAMS = -32602;

  private final Facts facts;
  private final FaultyAnswers faulty;
  private final HttpServer server;
  private final Map<String, Fault> faults = new ConcurrentHashMap<>();
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final List<HttpConnection> open = new CopyOnWriteArrayList<>();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger mostInFlight = new AtomicInteger();
  private int port;

  NodeDouble(Vertx vertx, Facts facts) {
    this.facts = facts;
    this.faulty = new FaultyAnswers(vertx);
    this.server = vertx.createHttpServer(new HttpServerOptions().setMaxChunkSize(1 << 20));
    server.connectionHandler(
        connection -> {
          opened.incrementAndGet();
          open.add(connection);
          connection.closeHandler(gone -> open.remove(connection));
        });
    server.requestHandler(this::onRequest);
  }

  /** Listens; the result is this double. */
  public Future<NodeDouble> start() {
    return server
        .listen(port, "127.0.0.1")
        .map(
            listening -> {
              port = listening.actualPort();
              return this;
            });
  }

  /** Returns the URL of the path that the real node's operators are told to use. */
  public String url() {
    return url(usualPath());
  }

  public String url(String path) {
    return "http://127.0.0.1:" + port + path;
  }

  public int port() {
    return port;
  }

  public Facts facts() {
    return facts;
  }

  /** Makes a method, or {@link #ALL}, answer so from now on. */
  public void fail(String method, Fault fault) {
    faults.put(method, fault);
  }

  /** Ends all faults. */
  public void mend() {
    faults.clear();
  }

  /** Closes each connection, as when the process is restarted; the port stays bound. */
  public Future<Void> dropConnections() {
    return Future.all(open.stream().map(HttpConnection::close).toList()).mapEmpty();
  }

  /** Returns the methods of all requests that had one, also refused ones, in order. */
  public List<String> calls() {
    return calls;
  }

  /** Returns the number of connections made so far. */
  public int connections() {
    return opened.get();
  }

  public int openConnections() {
    return open.size();
  }

  public int mostInFlight() {
    return mostInFlight.get();
  }

  /** Paths of its API. */
  abstract Set<String> paths();

  abstract String usualPath();

  /** Methods of a path by name, such as {@code Filecoin.ChainHead}. */
  abstract Map<String, Method> methods(String path);

  /** Whether a request without a token may read. */
  boolean isOpen() {
    return true;
  }

  /** Whether the token is looked at before the path. */
  boolean looksAtTokenFirst() {
    return true;
  }

  /** Whether {@code ?token=} is a token. */
  boolean takesTokenInQuery() {
    return true;
  }

  /** Whether a token counts at all. */
  boolean knowsTokens() {
    return true;
  }

  boolean isValid(Token token) {
    return true;
  }

  /** Whether the headers are right; with a wrong one {@link #noCall} answers. */
  boolean takes(HttpServerRequest request) {
    return true;
  }

  String notFoundBody() {
    return "404 page not found\n";
  }

  String contentType() {
    return "application/json";
  }

  abstract String encodeResult(Object id, @Nullable Object result);

  abstract String encodeError(Object id, int code, String message);

  abstract Refusal unknownMethod(String method);

  abstract Refusal noPermission(String method, String permission);

  int statusOfWrongParams() {
    return 500;
  }

  /** An error object and its HTTP status. */
  record Refusal(int status, int code, String message) {}

  private void onRequest(HttpServerRequest request) {
    mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
    request.response().endHandler(ended -> inFlight.decrementAndGet());
    request.body().onSuccess(body -> answer(request, body));
  }

  private void answer(HttpServerRequest request, Buffer body) {
    JsonObject call = call(body);
    String method = call == null ? "" : call.getString("method", "");
    if (!method.isEmpty()) {
      calls.add(method);
    }
    Fault own = faults.get(method);
    Fault fault = own == null ? faults.get(ALL) : own;
    if (fault != null && faulty.isOfProxy(fault)) {
      faulty.ofProxy(request, fault);
      return;
    }
    if (wantsUserAgent() && request.getHeader("User-Agent") == null) {
      faulty.ofProxy(request, Fault.HTML_403);
      return;
    }
    Optional<Token> token = token(request);
    JsonArray batch = batch(body);
    boolean refused =
        knowsTokens() && (token.isEmpty() ? !mayCome(request) : !isValid(token.get()));
    if (refused && looksAtTokenFirst()) {
      respond(request, 401, "");
    } else if (!paths().contains(request.path())) {
      noSuchPath(request);
    } else if (refused) {
      respond(request, 401, "");
    } else if (batch != null && request.method().equals(HttpMethod.POST) && takes(request)) {
      serveAll(request, batch, token);
    } else if (call == null || !request.method().equals(HttpMethod.POST) || !takes(request)) {
      noCall(request);
    } else {
      serve(request, call, method, token, fault);
    }
  }

  private static @Nullable JsonObject call(Buffer body) {
    try {
      return body.toJsonObject();
    } catch (DecodeException | ClassCastException e) {
      return null;
    }
  }

  private static @Nullable JsonArray batch(Buffer body) {
    try {
      return body.length() > 0 && body.getByte(0) == '[' ? body.toJsonArray() : null;
    } catch (DecodeException e) {
      return null;
    }
  }

  /** A header without {@code Bearer} is refused, and so is any text that is no token. */
  private boolean mayCome(HttpServerRequest request) {
    boolean told =
        request.getHeader("Authorization") != null
            || (takesTokenInQuery() && request.getParam("token") != null);
    return !told && isOpen();
  }

  private Optional<Token> token(HttpServerRequest request) {
    String header = request.getHeader("Authorization");
    if (header != null) {
      return header.startsWith("Bearer ")
          ? Token.of(header.substring("Bearer ".length()))
          : Optional.empty();
    }
    return takesTokenInQuery()
        ? Optional.ofNullable(request.getParam("token")).flatMap(Token::of)
        : Optional.empty();
  }

  void noSuchPath(HttpServerRequest request) {
    if (request.path().startsWith("//")) {
      request.response().putHeader("Location", request.path().substring(1));
      respond(request, 301, "");
    } else {
      request.response().putHeader("Content-Type", "text/plain; charset=utf-8");
      respond(request, 404, notFoundBody());
    }
  }

  /** Neither a POST nor a JSON object. */
  void noCall(HttpServerRequest request) {
    refuse(request, 0, new Refusal(400, -32600, "Invalid request"));
  }

  /**
   * What a call gets.
   *
   * @param isResult whether the method was called and returned
   */
  private record Served(int status, String body, boolean isResult) {}

  private void serve(
      HttpServerRequest request,
      JsonObject call,
      String name,
      Optional<Token> token,
      @Nullable Fault fault) {
    Object id = call.getValue("id", 0);
    Served served = served(request.path(), call, token);
    request.response().putHeader("Content-Type", contentType());
    if (fault == null || !served.isResult()) {
      respond(request, served.status(), served.body());
      return;
    }
    switch (fault) {
      case NULL_RESULT -> respond(request, 200, encodeResult(id, null));
      case WRONG_TYPE -> respond(request, 200, encodeResult(id, new JsonArray().add("odd")));
      case NOT_FOUND_TEXT -> refuse(request, id, error(1, "resolution lookup: not found"));
      case ERROR_OBJECT -> refuse(request, id, error(1, "the store is broken"));
      case PANIC -> refuse(request, id, panic(name));
      default -> faulty.ofNode(request, fault, served.body());
    }
  }

  private Served served(String path, JsonObject call, Optional<Token> token) {
    Object id = call.getValue("id", 0);
    String name = call.getString("method", "");
    Method method = methods(path).get(name);
    JsonArray params = call.getJsonArray("params", new JsonArray());
    if (method == null) {
      return refused(id, unknownMethod(name));
    }
    if (params.size() != method.params()) {
      String told = "wrong param count (method '%s'): %d != %d";
      return refused(
          id,
          new Refusal(
              statusOfWrongParams(),
              WRONG_PARAMS,
              told.formatted(name, params.size(), method.params())));
    }
    if (knowsTokens() && !token.map(each -> each.may(method.permission())).orElse(isRead(method))) {
      return refused(id, noPermission(name, method.permission()));
    }
    try {
      return new Served(200, encodeResult(id, method.body().result(params)), true);
    } catch (RefusalException e) {
      return refused(id, error(e.code(), String.valueOf(e.getMessage())));
    }
  }

  private Served refused(Object id, Refusal refusal) {
    return new Served(refusal.status(), encodeError(id, refusal.code(), refusal.message()), false);
  }

  private static boolean isRead(Method method) {
    return method.permission().equals("read");
  }

  /** Several calls at once; the status says nothing about any of them. */
  private void serveAll(HttpServerRequest request, JsonArray batch, Optional<Token> token) {
    if (!takesBatches()) {
      refuse(request, 0, noBatch());
      return;
    }
    List<String> answers = new ArrayList<>();
    for (Object each : batch) {
      answers.add(
          each instanceof JsonObject call
              ? served(request.path(), call, token).body().strip()
              : encodeError(0, -32600, "Invalid request").strip());
    }
    request.response().putHeader("Content-Type", contentType());
    respond(request, 200, "[" + String.join(",", answers) + "]");
  }

  /** Whether an array of calls is answered with an array. */
  boolean takesBatches() {
    return true;
  }

  /** The answer to an array of calls of a node that takes none. */
  Refusal noBatch() {
    return new Refusal(400, -32600, "Invalid request");
  }

  /** Whether what stands before the node refuses programs that do not say their name. */
  boolean wantsUserAgent() {
    return false;
  }

  /** A method's own error. */
  Refusal error(int code, String message) {
    return new Refusal(200, code, message);
  }

  Refusal panic(String method) {
    return new Refusal(
        500,
        0,
        "fatal error calling '%s': panic in rpc method '%s': index out of range"
            .formatted(method, method));
  }

  final void refuse(HttpServerRequest request, Object id, Refusal refusal) {
    request.response().putHeader("Content-Type", contentType());
    respond(request, refusal.status(), encodeError(id, refusal.code(), refusal.message()));
  }

  static void respond(HttpServerRequest request, int status, String body) {
    request.response().setStatusCode(status).end(body).onFailure(gone -> {});
  }
}
