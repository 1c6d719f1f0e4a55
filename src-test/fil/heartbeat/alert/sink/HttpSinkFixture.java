package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.config.Secret;
import fil.heartbeat.config.SinkConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;

/** A receiver that listens, and sinks that send to it. */
abstract class HttpSinkFixture extends SinkFixture {
  static final String SECRET_PATH = "/services/T00000000/very-secret";

  Receiver receiver;

  @BeforeEach
  void start(Vertx vertx, VertxTestContext test) {
    receiver = new Receiver(vertx);
    receiver.start().onComplete(test.succeedingThenComplete());
  }

  String shown() {
    return "http://127.0.0.1:" + receiver.port();
  }

  String url() {
    return shown() + SECRET_PATH;
  }

  static SinkConfig config(
      SinkConfig.Type type, String url, Optional<Secret> secret, Duration timeout) {
    return new SinkConfig(
        "ops",
        type,
        Optional.of(new Secret.Plain(url)),
        secret,
        false,
        60,
        timeout,
        Optional.empty());
  }

  static Sink sink(Vertx vertx, SinkConfig config) {
    return Sinks.create(vertx, config, Map.of(), Optional.of(SampleAlerts.PAGE));
  }

  Sink webhook(Vertx vertx, Duration timeout) {
    return sink(vertx, config(SinkConfig.Type.WEBHOOK, url(), Optional.empty(), timeout));
  }

  Sink webhook(Vertx vertx, Limit limit) {
    return Sinks.create(
        vertx,
        config(SinkConfig.Type.WEBHOOK, url(), Optional.empty(), LONG),
        Map.of(),
        Optional.of(SampleAlerts.PAGE),
        null,
        limit);
  }

  Future<Void> deliver(Vertx vertx) {
    return webhook(vertx, LONG).deliver(SampleAlerts.of(SampleAlerts.firing()));
  }
}
