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
 * HTTP requests, one after the other, that read so much of an answer at most, and the end of all of
 * them when they are given up. How long one may take is the caller's to say. Thread-safe.
 */
public final class BoundedCall {
  private static final Logger log = LoggerFactory.getLogger(BoundedCall.class);

  /** What becomes of a body that is too long; its connection is closed either way. */
  public enum LongBody {

    /** The call fails with {@link LongBodyException}, and with what breaks off the answer. */
    FAILS,

    /** It is cut, and so is one that breaks off: the status was said. */
    IS_CUT
  }

  /** The body was too long; the message says how much was expected at most. */
  public static final class LongBodyException extends Exception {
    LongBodyException(int maxBody) {
      super("answer of more than " + maxBody + " bytes");
    }
  }

  /** What came back, whatever its status. */
  public record Answer(int status, MultiMap headers, Buffer body) {}

  private final HttpClient http;
  private final int maxBody;
  private final LongBody longBody;
  private @Nullable HttpClientRequest underWay;
  private boolean ended;

  /**
   * @param maxBody in bytes; with 0, the status and the headers are all that is waited for
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

  /** Closes the connection of what is under way; what would come later is not sent. */
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

  private static void hangUp(HttpClientRequest request) {
    // Whether the connection is still there to be closed does not matter.
    Futures.logged(request.connection().close(), log, "close of a connection");
  }

  private Future<Answer> read(HttpClientResponse response) {
    Buffer body = Buffer.buffer();
    Answer answer = new Answer(response.statusCode(), response.headers(), body);
    if (maxBody == 0) {
      // Hanging up in the midst of it is no error.
      response.exceptionHandler(cut -> {});
      hangUp(response.request());
      return Future.succeededFuture(answer);
    }
    Promise<Answer> read = Promise.promise();
    response
        .handler(
            bytes -> {
              int room = Math.min(maxBody - body.length(), bytes.length());
              body.appendBuffer(bytes, 0, room);
              if (bytes.length() > room) {
                broken(read, answer, new LongBodyException(maxBody));
                hangUp(response.request());
              }
            })
        .exceptionHandler(failure -> broken(read, answer, failure))
        .endHandler(end -> read.tryComplete(answer));
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
