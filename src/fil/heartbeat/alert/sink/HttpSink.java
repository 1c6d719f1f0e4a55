package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.DeliveryException.Kind;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.config.SinkConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.TrustOptions;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Posts the requests of a format over one connection. Bounded: an attempt ends within its timeout
 * whatever the receiver does, and at most {@link HttpAttempt#MAX_ANSWER} of an answer is read.
 */
final class HttpSink implements Sink {

  /**
   * Less than the idle timeout of servers, so that a connection they are about to close is not
   * reused.
   */
  private static final int KEEP_ALIVE_SECONDS = 4;

  /**
   * Two of the largest notifications: a fleet of 10,000 nodes. Beyond that, requests are sent
   * again.
   */
  private static final int MAX_TAKEN = 20_000;

  private final Vertx vertx;
  private final SinkConfig config;
  private final Format format;
  private final SinkSecrets secrets;
  private final Limit limit;
  private final HttpClientAgent http;

  /** The clock for a receiver's Retry-After date. */
  private final InstantSource wall = InstantSource.system();

  /** The steps that the receiver accepted of notifications that were not completed. */
  private final Map<String, String> taken = new ConcurrentHashMap<>();

  /**
   * Creates the sink.
   *
   * @param trust certificates to trust instead of the platform's; null for those
   */
  HttpSink(
      Vertx vertx,
      SinkConfig config,
      Format format,
      SinkSecrets secrets,
      @Nullable TrustOptions trust,
      Limit limit) {
    this.vertx = vertx;
    this.config = config;
    this.format = format;
    this.secrets = secrets;
    this.limit = limit;
    int millis = (int) config.timeout().toMillis();
    HttpClientOptions options =
        new HttpClientOptions()
            .setConnectTimeout(millis)
            .setSslHandshakeTimeout(millis)
            .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
            .setKeepAliveTimeout(KEEP_ALIVE_SECONDS);
    if (trust != null) {
      options.setTrustOptions(trust);
    }
    // An answer arrives before its connection is free again: with a larger pool, the next request
    // would be sent over a second connection.
    this.http = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(1));
  }

  /** The parameters of one attempt. */
  private record Plan(HttpTarget target, Redaction hidden, List<HttpMessage> messages) {}

  @Override
  public Future<Void> deliver(Notification notification) {
    HttpAttempt attempt = new HttpAttempt(http, config.timeout());
    AtomicReference<@Nullable HttpTarget> target = new AtomicReference<>();
    Future<Void> outcome =
        vertx
            .executeBlocking(() -> plan(notification), false)
            .compose(
                plan -> {
                  target.set(plan.target());
                  return send(plan, attempt);
                });
    return limit
        .on(outcome)
        .recover(
            failure -> {
              attempt.abandon();
              return Future.failedFuture(DeliveryFailures.of(failure, config, target.get()));
            });
  }

  private Plan plan(Notification notification) throws DeliveryException {
    String url = secrets.url();
    Optional<String> secret = secrets.secret();
    try {
      return new Plan(
          format.target(url, secret),
          Redaction.of(url, secret),
          format.messages(notification, secret));
    } catch (IllegalArgumentException e) {
      throw new DeliveryException(Kind.REFUSED, config.name() + ": " + e.getMessage(), null);
    }
  }

  private Future<Void> send(Plan plan, HttpAttempt attempt) {
    Future<Void> sent = Future.succeededFuture();
    for (HttpMessage message : plan.messages()) {
      sent =
          sent.compose(
              before -> isTaken(message) ? Future.succeededFuture() : send(plan, attempt, message));
    }
    return sent.onSuccess(
        all ->
            plan.messages()
                .forEach(message -> message.step().ifPresent(step -> taken.remove(step.of()))));
  }

  private Future<Void> send(Plan plan, HttpAttempt attempt, HttpMessage message) {
    return attempt
        .send(plan.target(), message)
        .compose(
            answer -> {
              Optional<DeliveryException> failure =
                  answer.failure(format.read(answer), plan.target(), plan.hidden(), wall.instant());
              if (failure.isPresent()) {
                return Future.failedFuture(failure.get());
              }
              message.step().ifPresent(this::take);
              return Future.succeededFuture();
            });
  }

  private void take(HttpMessage.Step step) {
    if (taken.size() >= MAX_TAKEN) {
      taken.clear();
    }
    taken.put(step.of(), step.state());
  }

  private boolean isTaken(HttpMessage message) {
    return message.step().filter(step -> step.state().equals(taken.get(step.of()))).isPresent();
  }

  @Override
  public Future<Void> close() {
    return http.close();
  }

  @Override
  public String toString() {
    return config.type().label() + " sink " + config.name();
  }
}
