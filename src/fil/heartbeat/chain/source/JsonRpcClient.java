package fil.heartbeat.chain.source;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JavaType;
import fil.heartbeat.chain.source.RpcAnswer.BadShapeException;
import fil.heartbeat.chain.source.RpcException.Kind;
import fil.heartbeat.client.BoundedBody;
import fil.heartbeat.client.UserAgent;
import fil.heartbeat.config.RpcEndpoint;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.ext.web.codec.BodyCodec;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JSON-RPC 2.0 over HTTP POST to one node, on one connection. A request ends within its timeout
 * even if the node sends slowly, and an answer beyond {@link #MAX_BODY} is cut off by closing the
 * connection. Calls are made one after the other. Lives on the context that created it.
 */
final class JsonRpcClient implements NodeCalls {

  /** Longest answer, in bytes; a head with the block headers of a full tipset has about 40 KiB. */
  static final int MAX_BODY = 1024 * 1024;

  /** Time limit of a request; a slower node does not follow the chain either. */
  static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(JsonRpcClient.class);

  private final HttpClientAgent http;
  private final WebClient client;
  private final NodeAddress address;
  private final Duration timeout;
  private @Nullable HttpConnection connection;
  private int connections;

  /** The URL of the last call, without secrets. */
  private String shownUrl;

  private @Nullable Instant date;
  private long nextId = 1;
  private Future<?> lastCall = Future.succeededFuture();
  private Traffic traffic = new Traffic(0, 0);

  /**
   * What a node had to do.
   *
   * @param requests sent
   * @param bytes of the bodies of requests and of answers as they came, so compressed ones count
   *     compressed
   */
  record Traffic(long requests, long bytes) {
    Traffic plus(long moreRequests, long moreBytes) {
      return new Traffic(requests + moreRequests, bytes + moreBytes);
    }
  }

  JsonRpcClient(Vertx vertx, RpcEndpoint endpoint, Duration timeout) {
    HttpClientOptions options = new HttpClientOptions().setConnectTimeout((int) timeout.toMillis());
    endpoint.caFile().ifPresent(file -> options.setTrustOptions(file.trust()));
    this.http =
        vertx
            .httpClientBuilder()
            .with(options)
            .with(new PoolOptions().setHttp1MaxSize(1))
            .withConnectHandler(this::onConnection)
            .build();
    this.client =
        WebClient.wrap(
            http, new WebClientOptions().setFollowRedirects(false).setUserAgent(UserAgent.NAME));
    this.address = new NodeAddress(vertx, endpoint);
    this.shownUrl = endpoint.shown();
    this.timeout = timeout;
  }

  @Override
  public <T> Future<@Nullable T> call(
      String method, List<? extends @Nullable Object> params, Class<T> type) {
    return call(method, params, RpcAnswer.type(type));
  }

  @Override
  public <T> Future<@Nullable T> call(
      String method, List<? extends @Nullable Object> params, TypeReference<T> type) {
    return call(method, params, RpcAnswer.type(type));
  }

  private <T> Future<@Nullable T> call(
      String method, List<? extends @Nullable Object> params, JavaType type) {
    Future<@Nullable T> call = lastCall.transform(ended -> callNow(method, params, type));
    lastCall = call;
    return call;
  }

  @Override
  public void renew() {
    lastCall = lastCall.transform(ended -> abort().transform(closed -> Future.succeededFuture()));
  }

  private <T> Future<@Nullable T> callNow(
      String method, List<? extends @Nullable Object> params, JavaType type) {
    long began = System.nanoTime();
    return address
        .get(timeout)
        .compose(now -> post(method, params, now, left(began)))
        .compose(answer -> this.<T>result(method, answer, type));
  }

  /** The rest of the timeout in ms, since a slow disk makes no longer call. */
  private long left(long began) {
    return Math.max(1, timeout.minusNanos(System.nanoTime() - began).toMillis());
  }

  @Override
  public int connections() {
    return connections;
  }

  @Override
  public Optional<Instant> date() {
    return Optional.ofNullable(date);
  }

  /** Returns what the node had to do so far. */
  Traffic traffic() {
    return traffic;
  }

  @Override
  public void close() {
    address.close();
    http.close().onFailure(failure -> log.debug("RPC client not closed", failure));
  }

  private void onConnection(HttpConnection made) {
    connection = made;
    connections++;
  }

  private record Answer(int status, MultiMap headers, Buffer body) {}

  private Future<Answer> post(
      String method, List<? extends @Nullable Object> params, NodeAddress.Now now, long millis) {
    JsonObject request =
        new JsonObject()
            .put("jsonrpc", "2.0")
            .put("id", nextId++)
            .put("method", method)
            .put("params", new JsonArray(new ArrayList<>(params)));
    shownUrl = RpcFaults.withoutSecrets(now.url());
    Buffer encoded = request.toBuffer();
    traffic = traffic.plus(1, encoded.length());
    BoundedBody body = new BoundedBody(MAX_BODY);
    HttpRequest<Void> post =
        client
            .postAbs(now.url())
            .timeout(millis)
            .putHeader(HttpHeaders.CONTENT_TYPE.toString(), "application/json")
            .putHeader(HttpHeaders.ACCEPT_ENCODING.toString(), "gzip")
            .as(BodyCodec.pipe(body, true));
    now.token().ifPresent(post::bearerTokenAuthentication);
    // The request's own timeout restarts with each byte; this one does not.
    return post.sendBuffer(encoded)
        .timeout(millis, TimeUnit.MILLISECONDS)
        .onComplete(done -> traffic = traffic.plus(0, body.content().length()))
        .map(
            response -> {
              date = RetryAfter.httpDate(response.getHeader(HttpHeaders.DATE.toString()));
              return new Answer(response.statusCode(), response.headers(), body.content());
            })
        .recover(
            failure -> {
              Future<Void> unused = abort();
              RpcFaults faults = faults(method);
              return Future.failedFuture(
                  body.isTooLong()
                      ? faults.tooLong(MAX_BODY)
                      : failure instanceof TimeoutException
                          ? faults.late(timeout)
                          : faults.noAnswer(failure));
            });
  }

  /** Closes the connection, so that nothing more is read from a node that still sends. */
  private Future<Void> abort() {
    HttpConnection present = connection;
    connection = null;
    return present == null
        ? Future.succeededFuture()
        : present.close().onFailure(failure -> log.debug("RPC connection not closed", failure));
  }

  private <T> Future<@Nullable T> result(String method, Answer answer, JavaType type) {
    int status = answer.status();
    RpcFaults faults = faults(method);
    Buffer body = unpacked(answer, faults);
    String text = RpcFaults.text(body.getBytes());
    RpcException fault = faults.ofStatus(status, location(answer), retryAfter(answer), text);
    if (fault == null) {
      try {
        RpcAnswer<T> read = RpcAnswer.read(body, type);
        if (read.error() == null && status == 200) {
          return Future.succeededFuture(read.result());
        }
        fault =
            read.error() == null
                ? faults.ofUnusualStatus(status, text)
                : faults.ofError(status, read.error());
      } catch (BadShapeException e) {
        fault = faults.ofShape(status, String.valueOf(e.getMessage()), text);
      }
    }
    if (fault.kind() == Kind.NOT_AUTHORISED) {
      address.refused();
    }
    return Future.failedFuture(fault);
  }

  private static Buffer unpacked(Answer answer, RpcFaults faults) {
    if (!Gzip.isGzip(answer.body())) {
      return answer.body();
    }
    try {
      Buffer content = Gzip.content(answer.body(), MAX_BODY);
      if (content == null) {
        throw faults.tooLong(MAX_BODY);
      }
      return content;
    } catch (IOException e) {
      throw faults.ofShape(answer.status(), "a broken gzip", "");
    }
  }

  private static @Nullable String location(Answer answer) {
    return answer.headers().get(HttpHeaders.LOCATION);
  }

  private @Nullable Duration retryAfter(Answer answer) {
    return RetryAfter.read(
        answer.headers().get(HttpHeaders.RETRY_AFTER), date == null ? Instant.now() : date);
  }

  private RpcFaults faults(String method) {
    return new RpcFaults(method, shownUrl, address.remedy());
  }
}
