package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.Notification;
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
        Optional.empty(),
        Optional.empty());
  }

  /** To a chat of Telegram. */
  static SinkConfig toChat(String url, String token, String chat, int thread) {
    return new SinkConfig(
        "ops",
        SinkConfig.Type.TELEGRAM,
        Optional.of(new Secret.Plain(url)),
        Optional.of(new Secret.Plain(token)),
        false,
        60,
        LONG,
        Optional.empty(),
        Optional.of(new SinkConfig.Chat(chat, thread)));
  }

  /** An alert whose words are as long as they can be, all of one character. */
  static Notification longest(String of) {
    Alert alert =
        SampleAlerts.acknowledged(
            SampleAlerts.alert("a", of.repeat(64), of.repeat(400), AlertStatus.FIRING),
            of.repeat(400));
    return SampleAlerts.of(
        new Alert(
            alert.origin(),
            alert.status(),
            alert.severity(),
            alert.labels(),
            new AlertText(alert.summary(), of.repeat(400)),
            alert.times(),
            alert.handling()));
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
