package fil.heartbeat.alert.sink;

import fil.heartbeat.client.BoundedCall;
import fil.heartbeat.client.BoundedCall.LongBody;
import fil.heartbeat.client.UserAgent;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;

/**
 * The requests of one attempt, one after the other, and the end of all of them when it is given up.
 */
final class HttpAttempt {

  /** What is read of an answer; what comes above it is cut off by closing the connection. */
  static final int MAX_ANSWER = 64 * 1024;

  private final BoundedCall call;
  private final Duration timeout;

  /**
   * @param timeout of the wait for a connection
   */
  HttpAttempt(HttpClientAgent http, Duration timeout) {
    this.call = new BoundedCall(http, MAX_ANSWER, LongBody.IS_CUT);
    this.timeout = timeout;
  }

  /** The answer to one request, whatever its status. */
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

  /** Ends what is under way, and whatever would come. */
  void abandon() {
    call.end();
  }
}
