package fil.heartbeat.alert.sink;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.DeliveryException.Kind;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.config.Secret;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.config.SinkConfig.Tls;
import fil.heartbeat.testing.NastyStrings;
import fil.heartbeat.testing.NastyStrings.Nasty;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.junit5.VertxTestContext;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MailSinkTest extends MailSinkFixture {
  private static List<Nasty> nasty() {
    return NastyStrings.ALL;
  }

  @Test
  void aMailIsUnencryptedOnlyWhenConfigured(Vertx vertx, VertxTestContext test) {
    succeeds(
        sink(vertx, Tls.NONE, null, null).deliver(SampleAlerts.of(SampleAlerts.firing())),
        test,
        () -> {
          assertThat(server.got()).hasSize(1);
          assertThat(server.logins()).isEmpty();
        });
  }

  @ParameterizedTest
  @CsvSource({"554, REFUSED", "451, FAILED"})
  void aRejectingServerIsQuoted(int code, Kind kind, Vertx vertx, VertxTestContext test) {
    server.refuse(code);
    fails(
        sink(vertx, Tls.NONE, null, null).deliver(SampleAlerts.of(SampleAlerts.firing())),
        kind,
        code + " not now",
        test,
        () -> {});
  }

  @Test
  void aWrongAddressDoesNotKeepTheMailFromOthers(Vertx vertx, VertxTestContext test) {
    server.unknown("ops@fleet.example");
    succeeds(
        sink(vertx, Tls.NONE, null, null).deliver(SampleAlerts.of(SampleAlerts.firing())),
        test,
        () ->
            assertThat(server.got())
                .extracting(MailServer.Got::to)
                .containsExactly(List.of("carol@fleet.example")));
  }

  @Test
  void aMailRejectedForAllRecipientsFails(Vertx vertx, VertxTestContext test) {
    server.unknown(TO.toArray(new String[0]));
    fails(
        sink(vertx, Tls.NONE, null, null).deliver(SampleAlerts.of(SampleAlerts.firing())),
        Kind.REFUSED,
        "no recipient addresses were accepted",
        test,
        () -> assertThat(server.got()).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("nasty")
  void claimsOfNodesAddNoHeaderAndNoLine(Nasty nasty, Vertx vertx, VertxTestContext test) {
    String said = nasty.raw() + "\r\nBcc: victim@fleet.example\r\n.\r\nMAIL FROM:<x@y>\r\n";
    Notification told = SampleAlerts.of(SampleAlerts.alert("a", said, said, AlertStatus.FIRING));
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
        sink(vertx, Tls.NONE, null, null).deliver(hostile),
        test,
        () -> {
          assertThat(server.got()).extracting(MailServer.Got::to).containsExactly(TO);
          MimeMessage letter = server.got().get(0).parsed();
          assertThat(letter.getHeader("Bcc")).isNull();
          assertThat(letter.getHeader("Subject")).hasSize(1);
          assertThat(letter.getSubject()).startsWith("[FIRING:1] NodeSilent ");
          assertThat(lines(letter)).hasSize(8);
          assertThat(lines(letter).get(0)).startsWith("warning: " + nasty.cleaned());
          assertThat(lines(letter).get(0)).contains("Bcc: victim@fleet.example");
        });
  }

  @Test
  void anAbsentServerIsUnreachable(Vertx vertx, VertxTestContext test) throws IOException {
    // Bound and not listening: it refuses connections, and no other socket can take the port
    // meanwhile.
    Socket bound = new Socket();
    bound.bind(new InetSocketAddress("127.0.0.1", 0));
    Sink sink =
        Sinks.create(
            vertx,
            config("127.0.0.1", bound.getLocalPort(), Tls.STARTTLS, new Secret.Plain("p"), LONG),
            Map.of(),
            Optional.empty());
    fails(
        sink.deliver(SampleAlerts.of(SampleAlerts.firing())),
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
  void aServerWithoutAGreetingIsGivenUpAndItsConnectionClosed(Vertx vertx, VertxTestContext test) {
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
              return sink.deliver(SampleAlerts.of(SampleAlerts.firing()));
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
  void anAttemptGivenUpBeforeItsSecretIsReadIsNotSentLater(Vertx vertx, VertxTestContext test)
      throws InterruptedException {
    SinkConfig config = config("127.0.0.1", server.port(), Tls.NONE, null, LONG);
    succeeds(
        tellLateAndInTime(
            vertx,
            test,
            limit -> Sinks.create(vertx, config, Map.of(), Optional.empty(), null, limit)),
        test,
        () ->
            assertThat(server.got())
                .singleElement()
                .satisfies(got -> assertThat(got.raw()).contains("alice")));
  }

  @Test
  void aClosedSinkSendsNothing(Vertx vertx, VertxTestContext test) {
    Sink sink = sink(vertx, Tls.NONE, null, null);
    fails(
        sink.deliver(SampleAlerts.of(SampleAlerts.firing()))
            .compose(first -> sink.close())
            .compose(closed -> sink.deliver(SampleAlerts.of(SampleAlerts.firing()))),
        Kind.UNREACHABLE,
        "the sink is closed",
        test,
        () -> assertThat(server.got()).hasSize(1));
  }
}
