package fil.heartbeat.client;

import fil.heartbeat.context.Futures;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP requests, one after the other, with a limit on the bytes read of an answer; {@link #end}
 * aborts them all. The caller sets the timeout of a request. Thread-safe.
 */
public final class BoundedCall {
  private static final Logger log = LoggerFactory.getLogger(BoundedCall.class);

  /** How to treat a body that is too long; its connection is closed either way. */
  public enum LongBody {

    /**
     * The call fails with {@link BoundedBody.LongBodyException}; it also fails when the answer
     * breaks off.
     */
    FAILS,

    /** The body is cut, also when the answer breaks off: the status is known. */
    IS_CUT
  }

  /** The answer, whatever its status. */
  public record Answer(int status, MultiMap headers, Buffer body) {}

  private final HttpClient http;
  private final int maxBody;
  private final LongBody longBody;
  private @Nullable HttpClientRequest underWay;
  private boolean ended;

  /**
   * @param maxBody in bytes; with 0, the call only waits for the status and the headers
   */
  public BoundedCall(HttpClient http, int maxBody, LongBody longBody) {
    this.http = http;
    this.maxBody = maxBody;
    this.longBody = longBody;
  }

  /** Sends a request without a body. */
  public Future<Answer> send(RequestOptions options) {
    return send(options, HttpClientRequest::send);
  }

  /** Sends a request. */
  public Future<Answer> send(RequestOptions options, Buffer body) {
    return send(options, request -> request.send(body));
  }

  private Future<Answer> send(
      RequestOptions options, Function<HttpClientRequest, Future<HttpClientResponse>> sending) {
    if (isEnded()) {
      return Future.failedFuture("given up");
    }
    return http.request(options)
        .compose(
            request ->
                begin(request)
                    ? sending.apply(request).compose(this::read)
                    : Future.failedFuture("given up"));
  }

  /** Closes the connection of the request in flight; later requests are not sent. */
  public synchronized void end() {
    ended = true;
    if (underWay != null) {
      hangUp(underWay);
    }
  }

  private synchronized boolean isEnded() {
    return ended;
  }

  private synchronized boolean begin(HttpClientRequest request) {
    if (ended) {
      hangUp(request);
      return false;
    }
    underWay = request;
    return true;
  }

  /** A connection whose answer is complete may serve others: {@link #end} leaves it open. */
  private synchronized void finished(HttpClientRequest request) {
    if (underWay == request) {
      underWay = null;
    }
  }

  private static void hangUp(HttpClientRequest request) {
    // It does not matter whether the connection still exists.
    Futures.logged(request.connection().close(), log, "close of a connection");
  }

  private Future<Answer> read(HttpClientResponse response) {
    BoundedBody body = new BoundedBody(maxBody);
    Answer answer = new Answer(response.statusCode(), response.headers(), body.content());
    if (maxBody == 0) {
      // Closing the connection during the answer is no error.
      response.exceptionHandler(cut -> {});
      hangUp(response.request());
      return Future.succeededFuture(answer);
    }
    Promise<Answer> read = Promise.promise();
    response
        .handler(
            bytes -> {
              Future<Void> written = body.write(bytes);
              if (written.failed()) {
                broken(read, answer, written.cause());
                hangUp(response.request());
              }
            })
        .exceptionHandler(failure -> broken(read, answer, failure))
        .endHandler(
            end -> {
              finished(response.request());
              read.tryComplete(answer);
            });
    return read.future();
  }

  private void broken(Promise<Answer> read, Answer answer, Throwable failure) {
    if (longBody == LongBody.IS_CUT) {
      read.tryComplete(answer);
    } else {
      read.tryFail(failure);
    }
  }
}
