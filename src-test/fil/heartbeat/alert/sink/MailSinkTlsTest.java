package fil.heartbeat.alert.sink;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.DeliveryException.Kind;
import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.config.Secret;
import fil.heartbeat.config.SinkConfig.Tls;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxTestContext;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Encryption, certificates and logins. */
class MailSinkTlsTest extends MailSinkFixture {
  private static OwnCertificate own;
  @TempDir private static Path shared;

  @BeforeAll
  static void makeCertificate() {
    own = OwnCertificate.in(shared);
  }

  /** Requires TLS and a login before any mail. */
  private void startStrict() {
    start(
        builder ->
            builder
                .enableTLS()
                .requireTLS()
                .requireAuth()
                .startTlsSocketFactory(own.context(), false));
  }

  @Test
  void aMailGoesOverStarttlsAfterALogin(Vertx vertx, VertxTestContext test) {
    startStrict();
    succeeds(
        sink(vertx, Tls.STARTTLS, "right", own.options())
            .deliver(SampleAlerts.of(SampleAlerts.firing(), SampleAlerts.over())),
        test,
        () -> {
          assertThat(server.logins()).isNotEmpty().allMatch("beats:right"::equals);
          assertThat(server.got()).extracting(MailServer.Got::to).containsExactly(TO);
          MimeMessage letter = server.got().get(0).parsed();
          assertThat(server.got().get(0).from()).isEqualTo("beats@fleet.example");
          assertThat(letter.getMessageID()).isEqualTo("<9f2c@fleet.example>");
          assertThat(letter.getSubject()).isEqualTo("[FIRING:1, RESOLVED:1] NodeSilent mainnet");
          assertThat(letter.getHeader("From", ",")).isEqualTo("beats@fleet.example");
          assertThat(letter.getHeader("To", ",")).isEqualTo(String.join(",", TO));
          assertThat(letter.getHeader("Auto-Submitted", ",")).isEqualTo("auto-generated");
          assertThat(letter.getContentType()).startsWith("text/plain");
          assertThat(lines(letter))
              .containsExactlyElementsOf(
                  new MailFormat(Optional.of(SampleAlerts.PAGE))
                      .letter(
                          SampleAlerts.of(SampleAlerts.firing(), SampleAlerts.over()),
                          "beats@fleet.example")
                      .text()
                      .lines()
                      .toList());
        });
  }

  @Test
  void aMailGoesOverTls(Vertx vertx, VertxTestContext test) {
    start(builder -> builder.serverSocketFactory(own.context()));
    succeeds(
        sink(vertx, Tls.TLS, "right", own.options())
            .deliver(SampleAlerts.of(SampleAlerts.firing())),
        test,
        () -> assertThat(server.got()).hasSize(1));
  }

  @Test
  void withoutStarttlsNothingIsSent(Vertx vertx, VertxTestContext test) {
    start(builder -> builder.enableTLS(false));
    fails(
        sink(vertx, Tls.STARTTLS, "right", own.options())
            .deliver(SampleAlerts.of(SampleAlerts.firing())),
        Kind.REFUSED,
        "localhost:" + server.port() + ": STARTTLS required but not supported by server",
        test,
        () -> assertThat(server.logins()).isEmpty());
  }

  @Test
  void aSelfSignedCertificateIsNotTrusted(Vertx vertx, VertxTestContext test) {
    startStrict();
    Sink sink =
        Sinks.create(
            vertx,
            config("localhost", server.port(), Tls.STARTTLS, new Secret.Plain("right"), LONG),
            Map.of(),
            Optional.empty());
    fails(
        sink.deliver(SampleAlerts.of(SampleAlerts.firing())),
        Kind.UNREACHABLE,
        "localhost:" + server.port() + ": ",
        test,
        () -> assertThat(server.logins()).isEmpty());
  }

  @ParameterizedTest
  @EnumSource(names = {"STARTTLS", "TLS"})
  void aCertificateOfAnotherNameIsNotTrusted(Tls tls, Vertx vertx, VertxTestContext test) {
    if (tls == Tls.TLS) {
      start(builder -> builder.serverSocketFactory(own.context()));
    } else {
      startStrict();
    }
    Sink sink =
        Sinks.create(
            vertx,
            config("127.0.0.1", server.port(), tls, new Secret.Plain("right"), LONG),
            Map.of(),
            Optional.empty(),
            own.options());
    fails(
        sink.deliver(SampleAlerts.of(SampleAlerts.firing())),
        Kind.UNREACHABLE,
        "127.0.0.1:" + server.port() + ": ",
        test,
        () -> assertThat(server.logins()).isEmpty());
  }

  @Test
  void aWrongPasswordIsAFailureAndNotShown(Vertx vertx, VertxTestContext test) {
    startStrict();
    fails(
        sink(vertx, Tls.STARTTLS, "very-secret", own.options())
            .deliver(SampleAlerts.of(SampleAlerts.firing())),
        Kind.REFUSED,
        ": AUTH ",
        test,
        () -> assertThat(server.got()).isEmpty());
  }

  @Test
  void aRotatedPasswordIsReadAgain(Vertx vertx, VertxTestContext test, @TempDir Path folder)
      throws IOException {
    startStrict();
    Path file = Files.writeString(folder.resolve("password"), "right\n");
    Sink sink =
        Sinks.create(
            vertx,
            config("localhost", server.port(), Tls.STARTTLS, new Secret.InFile(file), LONG),
            Map.of(),
            Optional.empty(),
            own.options());
    succeeds(
        sink.deliver(SampleAlerts.of(SampleAlerts.firing()))
            .compose(
                first -> {
                  server.password("next");
                  return vertx.executeBlocking(() -> Files.writeString(file, "next\n"));
                })
            .compose(written -> sink.deliver(SampleAlerts.of(SampleAlerts.firing()))),
        test,
        () -> assertThat(server.got()).hasSize(2));
  }
}
