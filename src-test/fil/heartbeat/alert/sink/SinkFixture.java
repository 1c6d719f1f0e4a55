package fil.heartbeat.alert.sink;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.DeliveryException.Kind;
import fil.heartbeat.alert.model.Sink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtendWith;

/** The result of an attempt. */
@ExtendWith(VertxExtension.class)
abstract class SinkFixture {
  static final Duration LONG = Duration.ofSeconds(20);
  static final Duration SHORT = Duration.ofMillis(400);

  /** A check that may throw the exceptions of parsing. */
  interface Check {
    void run() throws Exception;
  }

  static void fails(Future<Void> told, Kind kind, String text, VertxTestContext test) {
    fails(told, kind, text, test, () -> {});
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

  /** Fails as limited, with the pause that the receiver asks for. */
  static void waits(Future<Void> told, Duration pause, String text, VertxTestContext test) {
    fails(
        told.onFailure(
            failure ->
                test.verify(
                    () -> assertThat(((DeliveryException) failure).retryAfter()).contains(pause))),
        Kind.LIMITED,
        text,
        test);
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

  /** Sends bob's, which times out before its secret can be read, and then alice's. */
  static Future<Void> tellLateAndInTime(
      Vertx vertx, VertxTestContext test, Function<Limit, Sink> maker) throws InterruptedException {
    ManualLimit limit = new ManualLimit();
    Sink sink = maker.apply(limit);
    BusyWorkers disk = new BusyWorkers(vertx);
    Future<Void> late = sink.deliver(SampleAlerts.of(SampleAlerts.over()));
    limit.passes();
    return late.recover(
        failure -> {
          test.verify(
              () -> assertThat(((DeliveryException) failure).kind()).isEqualTo(Kind.TIMEOUT));
          disk.close();
          return sink.deliver(SampleAlerts.of(SampleAlerts.firing()));
        });
  }
}
