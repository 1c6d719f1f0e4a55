package fil.heartbeat.alert.canary;

import fil.heartbeat.client.UserAgent;
import fil.heartbeat.context.Futures;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP GETs, each on a connection of its own that is closed behind it, so that nothing that answers
 * slowly or without end is read on. Follows no redirect. Lives on the context that made it.
 */
final class Probe {
  private static final Logger log = LoggerFactory.getLogger(Probe.class);

  /**
   * What came back.
   *
   * @param body empty when none was wanted
   */
  record Answer(int status, Buffer body) {}

  private final HttpClientAgent http;
  private final Duration timeout;

  /**
   * @param timeout for all of a GET, from the lookup of the name to the last byte that is wanted
   * @param atOnce GETs under way at once, to one place at most
   */
  Probe(Vertx vertx, Duration timeout, int atOnce) {
    this.timeout = timeout;
    this.http =
        vertx
            .httpClientBuilder()
            .with(
                new HttpClientOptions()
                    .setKeepAlive(false)
                    .setConnectTimeout((int) timeout.toMillis()))
            .with(new PoolOptions().setHttp1MaxSize(atOnce))
            .build();
  }

  /**
   * Gets a URL.
   *
   * @param bearer token to send
   * @param maxBody bytes of a body that are read, more is a failure; 0 to read none of it
   * @return fails with a {@link ProbeException}, whose text never shows the URL
   */
  Future<Answer> get(String url, Optional<String> bearer, int maxBody) {
    RequestOptions request;
    try {
      request = new RequestOptions().setAbsoluteURI(url).putHeader("User-Agent", UserAgent.NAME);
    } catch (RuntimeException e) {
      // Its text shows what it could not read.
      return Future.failedFuture(new ProbeException("not a URL (expected: http://… or https://…)"));
    }
    bearer.ifPresent(token -> request.putHeader("Authorization", "Bearer " + token));
    Attempt attempt = new Attempt(maxBody);
    return http.request(request)
        .compose(attempt::send)
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(done -> attempt.end())
        .recover(failure -> Future.failedFuture(named(failure)));
  }

  Future<Void> close() {
    return http.close();
  }

  private ProbeException named(Throwable failure) {
    if (failure instanceof ProbeException already) {
      return already;
    }
    return new ProbeException(
        failure instanceof TimeoutException
            ? "no answer within " + timeout.toMillis() + " ms"
            : "no answer: " + failure.getClass().getSimpleName());
  }

  /** One GET, whose connection ends with it. */
  private static final class Attempt {
    private final int maxBody;
    private @Nullable HttpClientRequest request;
    private boolean over;

    Attempt(int maxBody) {
      this.maxBody = maxBody;
    }

    Future<Answer> send(HttpClientRequest made) {
      if (over) {
        hangUp(made);
        return Future.failedFuture(new ProbeException("too late"));
      }
      request = made;
      return made.send().compose(this::read);
    }

    private Future<Answer> read(HttpClientResponse response) {
      if (maxBody == 0) {
        // Hanging up in the midst of it is no error.
        response.exceptionHandler(cut -> {});
        return Future.succeededFuture(new Answer(response.statusCode(), Buffer.buffer()));
      }
      Promise<Answer> whole = Promise.promise();
      Buffer body = Buffer.buffer();
      response
          .handler(
              bytes -> {
                if (body.length() + bytes.length() <= maxBody) {
                  body.appendBuffer(bytes);
                } else if (whole.tryFail(
                    new ProbeException("an answer of more than " + maxBody + " bytes"))) {
                  end();
                }
              })
          .exceptionHandler(whole::tryFail)
          .endHandler(end -> whole.tryComplete(new Answer(response.statusCode(), body)));
      return whole.future();
    }

    void end() {
      over = true;
      HttpClientRequest made = request;
      if (made != null) {
        hangUp(made);
      }
    }

    private static void hangUp(HttpClientRequest made) {
      // Whether the connection is still there to be closed does not matter.
      Futures.logged(made.connection().close(), log, "close of a connection");
    }
  }
}
