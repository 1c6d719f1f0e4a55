package fil.heartbeat.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.testing.FakeAlerts;
import fil.heartbeat.testing.FleetFixtures;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class DegradedTest {

  private static Future<List<String>> listed(Vertx vertx, FakeAlerts alerts) {
    return new Degraded(
            vertx,
            Optional.of(alerts),
            () -> Optional.of("the certificate has expired"),
            Duration.ofMillis(1))
        .list(
            Optional.of(
                FleetFixtures.snapshot(List.of(), List.of(FleetFixtures.report(true))).overview()));
  }

  private static void isKnown(Future<List<String>> list, VertxTestContext test) {
    list.onComplete(
        test.succeeding(
            lines ->
                test.verify(
                    () -> {
                      assertThat(lines)
                          .hasSize(3)
                          .contains("the certificate has expired")
                          .endsWith("the alert role does not answer");
                      test.completeNow();
                    })));
  }

  /** The faults known to this process do not wait for an alert role that does not answer. */
  @Test
  void anAlertRoleThatDoesNotAnswerIsReported(Vertx vertx, VertxTestContext test) {
    isKnown(
        listed(
            vertx,
            new FakeAlerts() {
              @Override
              public synchronized Future<List<String>> degraded() {
                return Promise.<List<String>>promise().future();
              }
            }),
        test);
  }

  @Test
  void anAlertRoleThatThrowsIsReported(Vertx vertx, VertxTestContext test) {
    isKnown(
        listed(
            vertx,
            new FakeAlerts() {
              @Override
              public synchronized Future<List<String>> degraded() {
                throw new IllegalStateException("broken");
              }
            }),
        test);
  }
}
