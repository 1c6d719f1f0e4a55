package fil.heartbeat.alert.sink;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.DeliveryException.Kind;
import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.config.Secret;
import fil.heartbeat.config.SinkConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.Checkpoint;
import io.vertx.junit5.VertxTestContext;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The timeout of an attempt, and the state of its connection afterwards. */
class HttpSinkConnectionTest extends HttpSinkFixture {

  @Test
  void anAttemptEndsWithinTheConfiguredTimeout(Vertx vertx, VertxTestContext test) {
    receiver.on(Receiver.hang());
    fails(
        webhook(vertx, SHORT).deliver(SampleAlerts.of(SampleAlerts.firing())),
        Kind.TIMEOUT,
        " within 400 ms (expected: 2xx",
        test);
  }

  @Test
  void anUnansweringReceiverIsGivenUpAndItsConnectionClosed(Vertx vertx, VertxTestContext test) {
    ManualLimit limit = new ManualLimit();
    receiver.on((request, body) -> limit.passes());
    closesAfter(
        webhook(vertx, limit), Kind.TIMEOUT, shown() + " within 20000 ms (expected: 2xx", test);
  }

  @Test
  void aTricklingReceiverIsGivenUpAndItsConnectionClosed(Vertx vertx, VertxTestContext test) {
    ManualLimit limit = new ManualLimit();
    receiver.on(
        (request, body) -> {
          Receiver.stream(vertx, 500, 1, 20).answer(request, body);
          vertx.setTimer(100, late -> limit.passes());
        });
    closesAfter(
        webhook(vertx, limit), Kind.TIMEOUT, shown() + " within 20000 ms (expected: 2xx", test);
  }

  @Test
  void aHugeAnswerIsCutOffAndItsConnectionClosed(Vertx vertx, VertxTestContext test) {
    receiver.on(Receiver.stream(vertx, 500, 50_000, 1));
    closesAfter(
        webhook(vertx, LONG),
        Kind.FAILED,
        shown() + " answered 500: " + "x".repeat(199) + "…",
        test);
  }

  @Test
  void aHugeAnswerOfSuccessIsSuccessAndCutOffToo(Vertx vertx, VertxTestContext test) {
    receiver.on(Receiver.stream(vertx, 200, 50_000, 1));
    webhook(vertx, LONG)
        .deliver(SampleAlerts.of(SampleAlerts.firing()))
        .onComplete(test.succeeding(done -> completeWhenClosed(test)));
  }

  @Test
  void aReceiverThatClosesEarlyIsUnreachable(Vertx vertx, VertxTestContext test) {
    receiver.on(Receiver.closeEarly());
    fails(deliver(vertx), Kind.UNREACHABLE, shown() + ": Connection was closed", test);
  }

  @Test
  void aConnectionIsReused(Vertx vertx, VertxTestContext test) {
    Sink sink = webhook(vertx, LONG);
    succeeds(
        sink.deliver(SampleAlerts.of(SampleAlerts.firing()))
            .compose(first -> sink.deliver(SampleAlerts.of(SampleAlerts.firing()))),
        test,
        () -> {
          assertThat(receiver.openConnections()).isEqualTo(1);
          assertThat(receiver.connections()).isEqualTo(1);
        });
  }

  @Test
  void theRequestsOfOneAttemptGoOverOneConnection(Vertx vertx, VertxTestContext test) {
    SinkConfig config =
        config(SinkConfig.Type.PAGERDUTY, url(), Optional.of(new Secret.Plain("R0KEY")), LONG);
    succeeds(
        sink(vertx, config).deliver(SampleAlerts.of(SampleAlerts.many(4))),
        test,
        () -> {
          assertThat(receiver.got()).hasSize(4);
          assertThat(receiver.connections()).isEqualTo(1);
        });
  }

  /** It does not occupy a connection that another attempt needs. */
  @Test
  void aReceiverThatHangsInTlsIsRetriedOverAnotherConnection(Vertx vertx, VertxTestContext test) {
    Checkpoint tried = test.laxCheckpoint(2);
    Checkpoint closed = test.laxCheckpoint(2);
    vertx
        .createNetServer()
        .connectHandler(
            socket -> {
              tried.flag();
              socket.closeHandler(gone -> closed.flag());
            })
        .listen(0, "127.0.0.1")
        .onComplete(
            test.succeeding(
                listening -> {
                  String url = "https://127.0.0.1:" + listening.actualPort() + SECRET_PATH;
                  Sink sink =
                      sink(vertx, config(SinkConfig.Type.WEBHOOK, url, Optional.empty(), SHORT));
                  sink.deliver(SampleAlerts.of(SampleAlerts.firing()))
                      .recover(failure -> sink.deliver(SampleAlerts.of(SampleAlerts.firing())))
                      .onSuccess(told -> test.failNow("told over no TLS"));
                }));
  }

  @Test
  void theNextNotificationIsSentAfterATimeout(Vertx vertx, VertxTestContext test) {
    ManualLimit limit = new ManualLimit();
    receiver.on((request, body) -> limit.passes());
    Sink sink = webhook(vertx, limit);
    Future<Void> told =
        sink.deliver(SampleAlerts.of(SampleAlerts.firing()))
            .recover(
                failure -> {
                  receiver.on(Receiver.status(200, ""));
                  return sink.deliver(SampleAlerts.of(SampleAlerts.firing()));
                });
    succeeds(told, test, () -> assertThat(receiver.got()).hasSize(2));
  }

  @Test
  void anAttemptGivenUpBeforeItsSecretIsReadIsNotSentLater(Vertx vertx, VertxTestContext test)
      throws InterruptedException {
    succeeds(
        tellLateAndInTime(vertx, test, limit -> webhook(vertx, limit)),
        test,
        () ->
            assertThat(receiver.got())
                .singleElement()
                .satisfies(got -> assertThat(got.body()).contains("alice")));
  }

  private void closesAfter(Sink sink, Kind kind, String told, VertxTestContext test) {
    sink.deliver(SampleAlerts.of(SampleAlerts.firing()))
        .onComplete(
            test.failing(
                failure -> {
                  test.verify(
                      () -> {
                        assertThat(failure).hasMessageContaining(told);
                        assertThat(((DeliveryException) failure).kind()).isEqualTo(kind);
                      });
                  completeWhenClosed(test);
                }));
  }

  private void completeWhenClosed(VertxTestContext test) {
    receiver
        .closed()
        .onComplete(
            test.succeeding(
                gone ->
                    test.verify(
                        () -> {
                          assertThat(receiver.openConnections()).isZero();
                          test.completeNow();
                        })));
  }
}
