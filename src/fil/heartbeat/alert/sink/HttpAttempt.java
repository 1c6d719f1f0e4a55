package fil.heartbeat.alert.sink;

import fil.heartbeat.client.BoundedCall;
import fil.heartbeat.client.BoundedCall.LongBody;
import fil.heartbeat.client.UserAgent;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;

/** The requests of one attempt, one after the other; abandoning the attempt ends all of them. */
final class HttpAttempt {

  /** The most bytes read of an answer; the connection is closed to cut off the rest. */
  static final int MAX_ANSWER = 64 * 1024;

  private final BoundedCall call;
  private final Duration timeout;

  /**
   * @param timeout for getting a connection
   */
  HttpAttempt(HttpClientAgent http, Duration timeout) {
    this.call = new BoundedCall(http, MAX_ANSWER, LongBody.IS_CUT);
    this.timeout = timeout;
  }

  /** Sends one request and returns the answer, whatever its status. */
  Future<HttpResult> send(HttpTarget target, HttpMessage message) {
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
    return call.send(options, message.body())
        .map(
            answer ->
                new HttpResult(
                    answer.status(),
                    answer.headers().get("Retry-After"),
                    answer.headers().get("Location"),
                    answer.body().toString()));
  }

  /** Ends the request in flight and prevents further ones. */
  void abandon() {
    call.end();
  }
}
