package fil.heartbeat.api.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.api.ApiSettings;
import fil.heartbeat.api.ApiVerticle;
import fil.heartbeat.api.access.AggregatorReads;
import fil.heartbeat.testing.FleetFixtures;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class JvmMetersTest {

  @Test
  void theyAreNotMadeOnAnEventLoop(Vertx vertx, VertxTestContext test) {
    vertx.runOnContext(
        loop ->
            test.verify(
                () -> {
                  assertThatThrownBy(JvmMeters::new).isInstanceOf(IllegalStateException.class);
                  test.completeNow();
                }));
  }

  /** Although the verticle itself is deployed on an event loop. */
  @Test
  void theHttpServerMakesThemOnAnotherThread(Vertx vertx, VertxTestContext test) {
    vertx
        .deployVerticle(
            new ApiVerticle(
                new ApiSettings("127.0.0.1", 0, "0"),
                Optional.of(
                    AggregatorReads.of(
                        FleetFixtures.view(FleetFixtures.snapshot(List.of(), List.of())))),
                Optional.empty(),
                List::of))
        .onComplete(
            test.succeeding(
                id ->
                    test.verify(
                        () -> {
                          assertThat(id).isNotEmpty();
                          test.completeNow();
                        })));
  }
}
