package fil.heartbeat.chain.source;

import fil.heartbeat.chain.source.RpcException.Kind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.ext.web.codec.BodyCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * JSON-RPC 2.0 over HTTP POST to one node. Bounded: a request ends within its timeout, an answer
 * within {@link #MAX_BODY}.
 */
final class JsonRpcClient {
  /** A head with the block headers of a full tipset has about 40 KiB. */
  static final int MAX_BODY = 1024 * 1024;

  /** A node that is slower than this does not follow the chain either. */
  static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final int METHOD_NOT_FOUND = -32601;
  private static final int LOTUS_METHOD_NOT_FOUND = 1;

  private final Vertx vertx;
  private final WebClient client;
  private final String url;
  private final Optional<Path> tokenFile;
  private final Duration timeout;
  private Optional<String> token;
  private boolean tokenRead;
  private long nextId = 1;

  JsonRpcClient(Vertx vertx, String url, Optional<String> token, Optional<Path> tokenFile) {
    this(vertx, url, token, tokenFile, TIMEOUT);
  }

  JsonRpcClient(
      Vertx vertx, String url, Optional<String> token, Optional<Path> tokenFile, Duration timeout) {
    this.vertx = vertx;
    this.client =
        WebClient.create(
            vertx,
            new WebClientOptions()
                .setFollowRedirects(false)
                .setConnectTimeout((int) timeout.toMillis())
                .setUserAgent("filecoin-heartbeat"));
    this.url = url;
    this.token = token;
    this.tokenFile = tokenFile;
    this.timeout = timeout;
  }

  /** The {@code result} of the method; fails with {@link RpcException}. */
  Future<@Nullable Object> call(String method, JsonArray params) {
    return readToken()
        .compose(ready -> post(method, params))
        .map(response -> result(method, response));
  }

  void close() {
    client.close();
  }

  private Future<?> readToken() {
    if (tokenRead || tokenFile.isEmpty()) {
      return Future.succeededFuture();
    }
    Path file = tokenFile.get();
    return vertx
        .executeBlocking(() -> Files.readString(file).strip(), false)
        .onSuccess(
            text -> {
              token = text.isEmpty() ? Optional.empty() : Optional.of(text);
              tokenRead = true;
            })
        .recover(
            failure ->
                Future.failedFuture(
                    new RpcException(
                        Kind.NOT_AUTHORISED,
                        "token file "
                            + file
                            + " cannot be read: "
                            + (failure instanceof IOException ? failure.toString() : "no text")
                            + " (expected: a file with a read token)")));
  }

  private Future<Answer> post(String method, JsonArray params) {
    JsonObject request =
        new JsonObject()
            .put("jsonrpc", "2.0")
            .put("id", nextId++)
            .put("method", method)
            .put("params", params);
    BoundedBody body = new BoundedBody(MAX_BODY);
    HttpRequest<Void> post =
        client.postAbs(url).timeout(timeout.toMillis()).as(BodyCodec.pipe(body, true));
    token.ifPresent(post::bearerTokenAuthentication);
    return post.sendJsonObject(request)
        .map(response -> new Answer(response, body.content()))
        .recover(
            failure ->
                Future.failedFuture(
                    new RpcException(
                        Kind.FAILED,
                        body.overflowed()
                            ? method + ": answer of more than " + MAX_BODY + " bytes from " + url
                            : method + ": no answer from " + url + ": " + reason(failure))));
  }

  private record Answer(HttpResponse<Void> response, Buffer body) {}

  private @Nullable Object result(String method, Answer answer) {
    int status = answer.response().statusCode();
    if (status == 401 || status == 403) {
      // The file may hold a newer token by the next request.
      tokenRead = false;
      throw new RpcException(
          Kind.NOT_AUTHORISED,
          method
              + ": "
              + url
              + " answered "
              + status
              + (token.isEmpty()
                  ? " and no token is set (expected: chain.tokenFile with a read token)"
                  : " (expected: a token that may read)"));
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
              + " from "
              + url
              + " with no JSON object (expected: JSON-RPC 2.0)");
    }
    if (json.getValue("error") instanceof JsonObject error) {
      throw failure(method, error);
    }
    if (status != 200) {
      throw new RpcException(
          Kind.FAILED, method + ": HTTP " + status + " from " + url + " (expected: 200)");
    }
    return json.getValue("result");
  }

  private RpcException failure(String method, JsonObject error) {
    Object code = error.getValue("code");
    String message = shorten(String.valueOf(error.getValue("message")));
    boolean unknown =
        code instanceof Number number
            && (number.intValue() == METHOD_NOT_FOUND
                || (number.intValue() == LOTUS_METHOD_NOT_FOUND && message.contains("not found")));
    return new RpcException(
        unknown ? Kind.NO_METHOD : Kind.FAILED,
        method + ": " + url + " answered error " + code + ": " + message);
  }

  private static String reason(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : shorten(message);
  }

  private static String shorten(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() > 200 ? line.substring(0, 200) + "…" : line;
  }
}
