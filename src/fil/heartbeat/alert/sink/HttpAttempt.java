package fil.heartbeat.alert.sink;

import fil.heartbeat.client.UserAgent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests of one attempt, one after the other, and the end of all of them when it is given up.
 */
final class HttpAttempt {
  private static final Logger log = LoggerFactory.getLogger(HttpAttempt.class);

  /** What is read of an answer; what comes above it is cut off by closing the connection. */
  static final int MAX_ANSWER = 64 * 1024;

  private final HttpClientAgent http;
  private final Duration timeout;
  private @Nullable HttpClientRequest underWay;
  private boolean abandoned;

  /**
   * @param timeout of the wait for a connection
   */
  HttpAttempt(HttpClientAgent http, Duration timeout) {
    this.http = http;
    this.timeout = timeout;
  }

  /** The answer to one request, whatever its status. */
  Future<HttpResult> send(HttpTarget target, HttpMessage message) {
    if (isAbandoned()) {
      return Future.failedFuture("given up");
    }
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setSsl(target.tls())
            .setHost(target.host())
            .setPort(target.port())
            .setURI(target.uri())
            .setFollowRedirects(false)
            .setConnectTimeout(timeout.toMillis())
            .putHeader("Content-Type", "application/json")
            .putHeader("User-Agent", UserAgent.NAME);
    target.credentials().ifPresent(basic -> options.putHeader("Authorization", basic));
    message.headers().forEach(options::putHeader);
    return http.request(options)
        .compose(
            request ->
                begin(request)
                    ? request.send(message.body()).compose(HttpAttempt::read)
                    : Future.failedFuture("given up"));
  }

  /** Ends what is under way, and whatever would come. */
  synchronized void abandon() {
    abandoned = true;
    if (underWay != null) {
      cutOff(underWay);
    }
  }

  private synchronized boolean isAbandoned() {
    return abandoned;
  }

  private synchronized boolean begin(HttpClientRequest request) {
    if (abandoned) {
      cutOff(request);
      return false;
    }
    underWay = request;
    return true;
  }

  private static void cutOff(HttpClientRequest request) {
    request.connection().close().onFailure(failure -> log.debug("not closed", failure));
  }

  private static Future<HttpResult> read(HttpClientResponse response) {
    Promise<HttpResult> read = Promise.promise();
    Buffer body = Buffer.buffer();
    Runnable end =
        () ->
            read.tryComplete(
                new HttpResult(
                    response.statusCode(),
                    response.getHeader("Retry-After"),
                    response.getHeader("Location"),
                    body.toString()));
    response.handler(
        chunk -> {
          int room = MAX_ANSWER - body.length();
          body.appendBuffer(chunk, 0, Math.min(room, chunk.length()));
          if (chunk.length() > room) {
            cutOff(response.request());
            end.run();
          }
        });
    // The status was said; that the rest does not come changes nothing.
    response.exceptionHandler(failure -> end.run());
    response.endHandler(ended -> end.run());
    return read.future();
  }
}
