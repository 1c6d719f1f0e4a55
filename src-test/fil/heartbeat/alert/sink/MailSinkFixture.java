package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.config.Secret;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.config.SinkConfig.Mail;
import fil.heartbeat.config.SinkConfig.Tls;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.subethamail.smtp.server.SMTPServer;

/** A mail server that listens, and sinks that send through it. */
abstract class MailSinkFixture extends SinkFixture {
  static final List<String> TO = List.of("ops@fleet.example", "carol@fleet.example");

  MailServer server = new MailServer(builder -> builder);

  @AfterEach
  void stop() {
    server.close();
  }

  /** Starts a server with other settings than unencrypted SMTP. */
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
        Optional.of(SampleAlerts.PAGE),
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
                TO)),
        Optional.empty());
  }
}
