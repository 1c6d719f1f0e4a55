package fil.heartbeat.alert.canary;

import fil.heartbeat.client.BoundedBody.LongBodyException;
import fil.heartbeat.client.BoundedCall;
import fil.heartbeat.client.BoundedCall.LongBody;
import fil.heartbeat.client.UserAgent;
import fil.heartbeat.config.CaFile;
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
 * HTTP GETs, each on its own connection, which is closed afterwards, so that a slow or endless
 * answer is not read further. Follows no redirect. Used on the context that created it.
 */
final class Probe {
  private final HttpClientAgent http;
  private final Duration timeout;

  /**
   * @param timeout of a whole GET, from the name lookup to the last byte needed
   * @param atOnce the most GETs at once to one address
   * @param caFile certificates to trust besides those of the JDK
   */
  Probe(Vertx vertx, Duration timeout, int atOnce, Optional<CaFile> caFile) {
    this.timeout = timeout;
    HttpClientOptions options =
        new HttpClientOptions().setKeepAlive(false).setConnectTimeout((int) timeout.toMillis());
    caFile.ifPresent(file -> options.setTrustOptions(file.trust()));
    this.http =
        vertx
            .httpClientBuilder()
            .with(options)
            .with(new PoolOptions().setHttp1MaxSize(atOnce))
            .build();
  }

  /**
   * Gets a URL.
   *
   * @param bearer token to send
   * @param maxBody the most bytes of a body, more is a failure; 0 to read none
   * @return fails with a {@link ProbeException}, whose message never contains the URL
   */
  Future<BoundedCall.Answer> get(String url, Optional<String> bearer, int maxBody) {
    RequestOptions request;
    try {
      request = new RequestOptions().setAbsoluteURI(url).putHeader("User-Agent", UserAgent.NAME);
    } catch (RuntimeException e) {
      // The message of the cause contains the text that it could not parse.
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
