package fil.heartbeat.alert.canary;

import fil.heartbeat.client.BoundedCall;
import fil.heartbeat.client.BoundedCall.LongBody;
import fil.heartbeat.client.BoundedCall.LongBodyException;
import fil.heartbeat.client.UserAgent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * HTTP GETs, each on a connection of its own that is closed behind it, so that nothing that answers
 * slowly or without end is read on. Follows no redirect. Lives on the context that made it.
 */
final class Probe {
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
  Future<BoundedCall.Answer> get(String url, Optional<String> bearer, int maxBody) {
    RequestOptions request;
    try {
      request = new RequestOptions().setAbsoluteURI(url).putHeader("User-Agent", UserAgent.NAME);
    } catch (RuntimeException e) {
      // Its text shows what it could not read.
      return Future.failedFuture(new ProbeException("not a URL (expected: http://… or https://…)"));
    }
    bearer.ifPresent(token -> request.putHeader("Authorization", "Bearer " + token));
    BoundedCall call = new BoundedCall(http, maxBody, LongBody.FAILS);
    return call.send(request)
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(done -> call.end())
        .recover(failure -> Future.failedFuture(named(failure)));
  }

  Future<Void> close() {
    return http.close();
  }

  private ProbeException named(Throwable failure) {
    if (failure instanceof LongBodyException) {
      return new ProbeException("an " + failure.getMessage());
    }
    return new ProbeException(
        failure instanceof TimeoutException
            ? "no answer within " + timeout.toMillis() + " ms"
            : "no answer: " + failure.getClass().getSimpleName());
  }
}
