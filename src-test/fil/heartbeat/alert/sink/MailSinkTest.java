package fil.heartbeat.alert.sink;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.AlertStatus;
import fil.heartbeat.alert.DeliveryException;
import fil.heartbeat.alert.DeliveryException.Kind;
import fil.heartbeat.alert.Notification;
import fil.heartbeat.alert.Sink;
import fil.heartbeat.config.Secret;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.config.SinkConfig.Mail;
import fil.heartbeat.config.SinkConfig.Tls;
import fil.heartbeat.testing.NastyStrings;
import fil.heartbeat.testing.NastyStrings.Nasty;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.subethamail.smtp.server.SMTPServer;

@ExtendWith(VertxExtension.class)
class MailSinkTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(400);
  private static final List<String> TO = List.of("ops@fleet.example", "carol@fleet.example");
  private static OwnCertificate own;
  @TempDir private static Path shared;

  private MailServer server = new MailServer(builder -> builder);

  private static List<Nasty> nasty() {
    return NastyStrings.ALL;
  }

  @BeforeAll
  static void makeCertificate() {
    own = OwnCertificate.in(shared);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** Another than one that speaks in the clear. */
  private void start(UnaryOperator<SMTPServer.Builder> how) {
    server.close();
    server = new MailServer(how);
  }

  /** Nothing may be sent before TLS is on, and nobody may send without a login. */
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
  void aLetterGoesOverStarttlsAfterALogin(Vertx vertx, VertxTestContext test) {
    startStrict();
    succeeds(
        sink(vertx, Tls.STARTTLS, "right", LONG).deliver(Told.of(Told.firing(), Told.over())),
        test,
        () -> {
          assertThat(server.logins()).isNotEmpty().allMatch("beats:right"::equals);
          assertThat(server.got()).extracting(MailServer.Got::to).containsExactly(TO);
          MimeMessage letter = server.got().get(0).parsed();
          assertThat(server.got().get(0).from()).isEqualTo("beats@fleet.example");
          assertThat(letter.getMessageID()).isEqualTo("<9f2c@fleet.example>");
          assertThat(letter.getSubject()).isEqualTo("[firing 1, over 1] NodeSilent mainnet");
          assertThat(letter.getHeader("From", ",")).isEqualTo("beats@fleet.example");
          assertThat(letter.getHeader("To", ",")).isEqualTo(String.join(",", TO));
          assertThat(letter.getHeader("Auto-Submitted", ",")).isEqualTo("auto-generated");
          assertThat(letter.getContentType()).startsWith("text/plain");
          assertThat(lines(letter))
              .containsExactlyElementsOf(
                  new MailFormat(Optional.of(Told.PAGE))
                      .letter(Told.of(Told.firing(), Told.over()), "beats@fleet.example")
                      .text()
                      .lines()
                      .toList());
        });
  }

  @Test
  void aLetterGoesOverTls(Vertx vertx, VertxTestContext test) {
    start(builder -> builder.serverSocketFactory(own.context()));
    succeeds(
        sink(vertx, Tls.TLS, "right", LONG).deliver(Told.of(Told.firing())),
        test,
        () -> assertThat(server.got()).hasSize(1));
  }

  @Test
  void aLetterGoesInTheClearOnlyWhenToldSo(Vertx vertx, VertxTestContext test) {
    succeeds(
        sink(vertx, Tls.NONE, null, LONG).deliver(Told.of(Told.firing())),
        test,
        () -> {
          assertThat(server.got()).hasSize(1);
          assertThat(server.logins()).isEmpty();
        });
  }

  @Test
  void withoutStarttlsNothingIsSent(Vertx vertx, VertxTestContext test) {
    start(builder -> builder.enableTLS(false));
    fails(
        sink(vertx, Tls.STARTTLS, "right", LONG).deliver(Told.of(Told.firing())),
        Kind.REFUSED,
        "localhost:" + server.port() + ": STARTTLS required but not supported by server",
        test,
        () -> assertThat(server.logins()).isEmpty());
  }

  @Test
  void aCertificateThatNobodyVouchesForIsNotTrusted(Vertx vertx, VertxTestContext test) {
    startStrict();
    Sink sink =
        Sinks.create(
            vertx,
            config("localhost", server.port(), Tls.STARTTLS, new Secret.Plain("right"), LONG),
            Map.of(),
            Optional.empty());
    fails(
        sink.deliver(Told.of(Told.firing())),
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
        sink.deliver(Told.of(Told.firing())),
        Kind.UNREACHABLE,
        "127.0.0.1:" + server.port() + ": ",
        test,
        () -> assertThat(server.logins()).isEmpty());
  }

  @Test
  void aWrongPasswordIsRefusedAndNotShown(Vertx vertx, VertxTestContext test) {
    startStrict();
    fails(
        sink(vertx, Tls.STARTTLS, "very-secret", LONG).deliver(Told.of(Told.firing())),
        Kind.REFUSED,
        ": AUTH ",
        test,
        () -> assertThat(server.got()).isEmpty());
  }

  @Test
  void aRotatedPasswordIsReadAnew(Vertx vertx, VertxTestContext test, @TempDir Path folder)
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
        sink.deliver(Told.of(Told.firing()))
            .compose(
                first -> {
                  server.password("next");
                  return vertx.executeBlocking(() -> Files.writeString(file, "next\n"));
                })
            .compose(written -> sink.deliver(Told.of(Told.firing()))),
        test,
        () -> assertThat(server.got()).hasSize(2));
  }

  @ParameterizedTest
  @CsvSource({"554, REFUSED", "451, FAILED"})
  void aServerThatSaysNoIsQuoted(int code, Kind kind, Vertx vertx, VertxTestContext test) {
    server.refuse(code);
    fails(
        sink(vertx, Tls.NONE, null, LONG).deliver(Told.of(Told.firing())),
        kind,
        code + " not now",
        test,
        () -> {});
  }

  @Test
  void oneWrongAddressKeepsNobodyElseFromBeingTold(Vertx vertx, VertxTestContext test) {
    server.unknown("ops@fleet.example");
    succeeds(
        sink(vertx, Tls.NONE, null, LONG).deliver(Told.of(Told.firing())),
        test,
        () ->
            assertThat(server.got())
                .extracting(MailServer.Got::to)
                .containsExactly(List.of("carol@fleet.example")));
  }

  @Test
  void aLetterThatNobodyMayGetIsRefused(Vertx vertx, VertxTestContext test) {
    server.unknown(TO.toArray(new String[0]));
    fails(
        sink(vertx, Tls.NONE, null, LONG).deliver(Told.of(Told.firing())),
        Kind.REFUSED,
        "no recipient addresses were accepted",
        test,
        () -> assertThat(server.got()).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("nasty")
  void whatNodesSayAddsNoHeaderAndNoLine(Nasty nasty, Vertx vertx, VertxTestContext test) {
    String said = nasty.raw() + "\r\nBcc: victim@fleet.example\r\n.\r\nMAIL FROM:<x@y>\r\n";
    Notification told = Told.of(Told.alert("a", said, said, AlertStatus.FIRING));
    Notification hostile =
        new Notification(
            told.id(),
            told.sink(),
            told.groupKey(),
            Map.of("alertname", "NodeSilent", "network", said),
            told.alerts(),
            told.news(),
            told.at());
    succeeds(
        sink(vertx, Tls.NONE, null, LONG).deliver(hostile),
        test,
        () -> {
          assertThat(server.got()).extracting(MailServer.Got::to).containsExactly(TO);
          MimeMessage letter = server.got().get(0).parsed();
          assertThat(letter.getHeader("Bcc")).isNull();
          assertThat(letter.getHeader("Subject")).hasSize(1);
          assertThat(letter.getSubject()).startsWith("[firing 1] NodeSilent ");
          assertThat(lines(letter)).hasSize(8);
          assertThat(lines(letter).get(0)).startsWith("warning: " + nasty.cleaned());
          assertThat(lines(letter).get(0)).contains("Bcc: victim@fleet.example");
        });
  }

  @Test
  void aServerThatIsNotThereIsUnreachable(Vertx vertx, VertxTestContext test) throws IOException {
    // Bound and not listening: it refuses, and nothing else can take the port meanwhile.
    Socket bound = new Socket();
    bound.bind(new InetSocketAddress("127.0.0.1", 0));
    Sink sink =
        Sinks.create(
            vertx,
            config("127.0.0.1", bound.getLocalPort(), Tls.STARTTLS, new Secret.Plain("p"), LONG),
            Map.of(),
            Optional.empty());
    fails(
        sink.deliver(Told.of(Told.firing())),
        Kind.UNREACHABLE,
        "127.0.0.1:" + bound.getLocalPort() + ": Connection refused",
        test,
        () -> {
          try {
            bound.close();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  @Test
  void aServerThatNeverGreetsIsGivenUpAndItsConnectionClosed(Vertx vertx, VertxTestContext test) {
    AtomicInteger open = new AtomicInteger();
    NetServer silent =
        vertx
            .createNetServer()
            .connectHandler(
                socket -> {
                  open.incrementAndGet();
                  socket.closeHandler(gone -> open.decrementAndGet());
                });
    silent
        .listen(0, "127.0.0.1")
        .compose(
            listening -> {
              Sink sink =
                  Sinks.create(
                      vertx,
                      config(
                          "127.0.0.1",
                          listening.actualPort(),
                          Tls.STARTTLS,
                          new Secret.Plain("p"),
                          SHORT),
                      Map.of(),
                      Optional.empty());
              return sink.deliver(Told.of(Told.firing()));
            })
        .onComplete(
            test.failing(
                failure -> {
                  test.verify(
                      () -> {
                        assertThat(((DeliveryException) failure).kind()).isEqualTo(Kind.TIMEOUT);
                        assertThat(failure).hasMessageContaining(" within 400 ms");
                      });
                  vertx.setPeriodic(
                      5,
                      id -> {
                        if (open.get() == 0 && vertx.cancelTimer(id)) {
                          test.completeNow();
                        }
                      });
                }));
  }

  @Test
  void aClosedSinkTellsNobody(Vertx vertx, VertxTestContext test) {
    Sink sink = sink(vertx, Tls.NONE, null, LONG);
    fails(
        sink.deliver(Told.of(Told.firing()))
            .compose(first -> sink.close())
            .compose(closed -> sink.deliver(Told.of(Told.firing()))),
        Kind.UNREACHABLE,
        "the sink is closed",
        test,
        () -> assertThat(server.got()).hasSize(1));
  }

  private static List<String> lines(MimeMessage letter) throws Exception {
    return String.valueOf(letter.getContent()).lines().toList();
  }

  private Sink sink(Vertx vertx, Tls tls, @Nullable String password, Duration timeout) {
    String host = tls == Tls.NONE ? "127.0.0.1" : "localhost";
    return Sinks.create(
        vertx,
        config(
            host,
            server.port(),
            tls,
            password == null ? null : new Secret.Plain(password),
            timeout),
        Map.of(),
        Optional.of(Told.PAGE),
        own.options());
  }

  private static SinkConfig config(
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
  private interface Check {
    void run() throws Exception;
  }

  private static void fails(
      Future<Void> told, Kind kind, String text, VertxTestContext test, Check then) {
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

  private static void succeeds(Future<Void> told, VertxTestContext test, Check then) {
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
