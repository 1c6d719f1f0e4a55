package fil.heartbeat.chain.source;

import fil.heartbeat.chain.source.RpcException.Kind;
import fil.heartbeat.client.BoundedBody;
import fil.heartbeat.client.UserAgent;
import fil.heartbeat.text.Untrusted;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.ext.web.codec.BodyCodec;
import java.net.URI;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JSON-RPC 2.0 over HTTP POST to one node, on one connection. A request ends within its timeout
 * even if the node sends slowly, and an answer beyond {@link #MAX_BODY} is cut off by closing the
 * connection. Requests must not overlap. Lives on the context that created it.
 */
final class JsonRpcClient {

  /** Longest answer, in bytes; a head with the block headers of a full tipset has about 40 KiB. */
  static final int MAX_BODY = 1024 * 1024;

  /** Time limit of a request; a slower node does not follow the chain either. */
  static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(JsonRpcClient.class);
  private static final int METHOD_NOT_FOUND = -32601;
  private static final int LOTUS_METHOD_NOT_FOUND = 1;
  private static final int MAX_SHOWN = 200;

  private final HttpClientAgent http;
  private final WebClient client;
  private final String url;
  private final String shownUrl;
  private final BearerToken token;
  private final Duration timeout;
  private @Nullable HttpConnection connection;
  private int connections;
  private @Nullable Instant date;
  private long nextId = 1;

  JsonRpcClient(Vertx vertx, String url, Optional<String> token, Optional<Path> tokenFile) {
    this(vertx, url, token, tokenFile, TIMEOUT);
  }

  JsonRpcClient(
      Vertx vertx, String url, Optional<String> token, Optional<Path> tokenFile, Duration timeout) {
    this.http =
        vertx
            .httpClientBuilder()
            .with(new HttpClientOptions().setConnectTimeout((int) timeout.toMillis()))
            .with(new PoolOptions().setHttp1MaxSize(1))
            .withConnectHandler(this::onConnection)
            .build();
    this.client =
        WebClient.wrap(
            http, new WebClientOptions().setFollowRedirects(false).setUserAgent(UserAgent.NAME));
    this.url = url;
    this.shownUrl = withoutSecrets(url);
    this.token = new BearerToken(vertx, token, tokenFile);
    this.timeout = timeout;
  }

  /** Calls the method and returns its {@code result}; fails with {@link RpcException}. */
  Future<@Nullable Object> call(String method, JsonArray params) {
    return token
        .get()
        .compose(bearer -> post(method, params, bearer))
        .map(answer -> result(method, answer));
  }

  /** Returns the connections made so far; after a new one, another node may answer. */
  int connections() {
    return connections;
  }

  /** Returns the server's clock at the last answer, in whole seconds; empty when it sends none. */
  Optional<Instant> date() {
    return Optional.ofNullable(date);
  }

  private static @Nullable Instant date(@Nullable String header) {
    try {
      return header == null
          ? null
          : DateTimeFormatter.RFC_1123_DATE_TIME.parse(header, Instant::from);
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** Aborts pending requests and closes the client. */
  void close() {
    http.close().onFailure(failure -> log.debug("RPC client not closed", failure));
  }

  private void onConnection(HttpConnection made) {
    connection = made;
    connections++;
  }

  private record Answer(int status, Buffer body) {}

  private Future<Answer> post(String method, JsonArray params, Optional<String> bearer) {
    JsonObject request =
        new JsonObject()
            .put("jsonrpc", "2.0")
            .put("id", nextId++)
            .put("method", method)
            .put("params", params);
    BoundedBody body = new BoundedBody(MAX_BODY);
    HttpRequest<Void> post =
        client.postAbs(url).timeout(timeout.toMillis()).as(BodyCodec.pipe(body, true));
    bearer.ifPresent(post::bearerTokenAuthentication);
    // The request's own timeout restarts with each byte; this one does not.
    return post.sendJsonObject(request)
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .map(
            response -> {
              date = date(response.getHeader(HttpHeaders.DATE.toString()));
              return new Answer(response.statusCode(), body.content());
            })
        .recover(
            failure -> {
              abort();
              String why = body.isTooLong() ? tooLong() : reason(failure);
              return Future.failedFuture(new RpcException(Kind.FAILED, method + ": " + why));
            });
  }

  /** Closes the connection, so that nothing more is read from a node that still sends. */
  private void abort() {
    if (connection != null) {
      connection.close().onFailure(failure -> log.debug("RPC connection not closed", failure));
      connection = null;
    }
  }

  private @Nullable Object result(String method, Answer answer) {
    int status = answer.status();
    if (status == 401 || status == 403) {
      token.refused();
      throw new RpcException(
          Kind.NOT_AUTHORISED,
          method + ": " + status + " from " + shownUrl + " (expected: " + token.remedy() + ")");
    }
    JsonObject json;
    try {
      json = new JsonObject(answer.body());
    } catch (DecodeException | ClassCastException e) {
      throw new RpcException(
          Kind.FAILED,
          method
              + ": HTTP "
              + status
              + " without a JSON object from "
              + shownUrl
              + " (expected: a node's JSON-RPC; is the path right, such as /rpc/v1?)");
    }
    Object error = json.getValue("error");
    if (error != null) {
      throw failure(method, error);
    }
    if (status != 200) {
      throw new RpcException(
          Kind.FAILED, method + ": HTTP " + status + " from " + shownUrl + " (expected: 200)");
    }
    return json.getValue("result");
  }

  private RpcException failure(String method, Object error) {
    Object code = error instanceof JsonObject object ? object.getValue("code") : null;
    Object told = error instanceof JsonObject object ? object.getValue("message") : error;
    String message = shorten(String.valueOf(told));
    boolean unknown =
        code instanceof Number number
            && (number.intValue() == METHOD_NOT_FOUND
                || (number.intValue() == LOTUS_METHOD_NOT_FOUND && message.contains("not found")));
    return new RpcException(
        unknown ? Kind.NO_METHOD : Kind.FAILED,
        method
            + ": error "
            + shorten(String.valueOf(code))
            + " from "
            + shownUrl
            + ": "
            + message
            + " (expected: a result; see the node's log)");
  }

  private String tooLong() {
    return "answer of more than "
        + MAX_BODY
        + " bytes from "
        + shownUrl
        + " (expected: a node's JSON-RPC)";
  }

  private String reason(Throwable failure) {
    if (failure instanceof TimeoutException) {
      return "no whole answer within "
          + timeout.toMillis()
          + " ms from "
          + shownUrl
          + " (expected: a node that keeps up; is it overloaded?)";
    }
    String message = failure.getMessage();
    return "no answer from "
        + shownUrl
        + ": "
        + shorten(message == null ? failure.getClass().getSimpleName() : message)
        + " (expected: a node that runs and listens there)";
  }

  /** Nodes send messages of several lines; a space separates them better than U+FFFD. */
  private static String shorten(String text) {
    return Untrusted.cut(Untrusted.line(text.replaceAll("\\p{Cntrl}", " ")), MAX_SHOWN);
  }

  /** Returns scheme, host, port and path; user, password and query may be secrets. */
  private static String withoutSecrets(String url) {
    try {
      URI uri = URI.create(url);
      String authority = String.valueOf(uri.getRawAuthority());
      return uri.getScheme()
          + "://"
          + authority.substring(authority.lastIndexOf('@') + 1)
          + uri.getPath();
    } catch (IllegalArgumentException e) {
      return "the configured URL";
    }
  }
}
