package fil.heartbeat.alert.sink;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.DeliveryException;
import fil.heartbeat.alert.DeliveryException.Kind;
import fil.heartbeat.alert.Sink;
import fil.heartbeat.config.Secret;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.config.SinkConfig.Mail;
import fil.heartbeat.config.SinkConfig.Tls;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.subethamail.smtp.server.SMTPServer;

/** A mail server that listens, and sinks that send through it. */
@ExtendWith(VertxExtension.class)
abstract class MailSinkFixture {
  static final Duration LONG = Duration.ofSeconds(20);
  static final List<String> TO = List.of("ops@fleet.example", "carol@fleet.example");

  MailServer server = new MailServer(builder -> builder);

  @AfterEach
  void stop() {
    server.close();
  }

  /** Another than one that speaks in the clear. */
  void start(UnaryOperator<SMTPServer.Builder> how) {
    server.close();
    server = new MailServer(how);
  }

  static List<String> lines(MimeMessage letter) throws Exception {
    return String.valueOf(letter.getContent()).lines().toList();
  }

  Sink sink(Vertx vertx, Tls tls, @Nullable String password, @Nullable TrustOptions trust) {
    String host = tls == Tls.NONE ? "127.0.0.1" : "localhost";
    return Sinks.create(
        vertx,
        config(
            host, server.port(), tls, password == null ? null : new Secret.Plain(password), LONG),
        Map.of(),
        Optional.of(Told.PAGE),
        trust);
  }

  static SinkConfig config(
      String host, int port, Tls tls, @Nullable Secret password, Duration timeout) {
    return new SinkConfig(
        "people",
        SinkConfig.Type.EMAIL,
        Optional.empty(),
        Optional.ofNullable(password),
        false,
        60,
        timeout,
        Optional.of(
            new Mail(
                host,
                port,
                tls,
                Optional.ofNullable(password).map(secret -> MailServer.USER),
                "beats@fleet.example",
                TO)));
  }

  /** A check that may throw what parsing throws. */
  interface Check {
    void run() throws Exception;
  }

  static void fails(Future<Void> told, Kind kind, String text, VertxTestContext test, Check then) {
    told.onComplete(
        test.failing(
            failure ->
                test.verify(
                    () -> {
                      assertThat(failure).isInstanceOf(DeliveryException.class);
                      assertThat(failure)
                          .hasMessageContaining(text)
                          .hasMessageNotContaining("very-secret");
                      assertThat(((DeliveryException) failure).kind()).isEqualTo(kind);
                      then.run();
                      test.completeNow();
                    })));
  }

  static void succeeds(Future<Void> told, VertxTestContext test, Check then) {
    told.onComplete(
        test.succeeding(
            done ->
                test.verify(
                    () -> {
                      then.run();
                      test.completeNow();
                    })));
  }
}
