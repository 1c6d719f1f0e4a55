package fil.heartbeat.sender;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The last beat of a sender that is stopped on purpose. */
@ExtendWith(VertxExtension.class)
class PlannedStopTest {
  private Vertx vertx;
  private SenderFixture bench;

  @BeforeEach
  void setUp(Vertx vertx) {
    this.vertx = vertx;
    bench = new SenderFixture(vertx);
    bench.answerHead(bench.head());
  }

  @Test
  void aPlannedStopIsAnnouncedInALastBeat() throws Exception {
    String id = bench.deploy();
    FakeTransport.FakeStream stream = bench.stream();
    bench.beat();
    String beat = Await.take(stream.frames);
    Await.until(vertx, () -> bench.status().beatsSent() == 1);
    bench.undeploy(id);
    assertThat(Await.take(stream.frames)).isEqualTo(beat.replace("}\n", ",\"Stopping\":true}\n"));
    assertThat(stream.writes).last().isEqualTo(Duration.ofSeconds(1));
    assertThat(stream.closes.get()).isPositive();
    assertThat(stream.frames).isEmpty();
    assertThat(bench.timers.count()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStopIsNotAnnouncedWithoutExtrasOrBeforeTheFirstBeat(boolean extras) throws Exception {
    String id =
        bench.deploy(
            new HeartbeatVerticle(bench.transport, bench.timers::clock),
            SenderFixture.config().toJson().put("extras", extras));
    FakeTransport.FakeStream stream = bench.stream();
    if (!extras) {
      bench.beat();
      assertThat(Await.take(stream.frames)).doesNotContain("Stopping");
      Await.until(vertx, () -> bench.status().beatsSent() == 1);
    }
    bench.undeploy(id);
    assertThat(stream.frames).isEmpty();
    assertThat(stream.closes.get()).isPositive();
  }

  @Test
  void aPeerThatDoesNotReadTheLastBeatDelaysNoStop() throws Exception {
    String id = bench.deploy();
    FakeTransport.FakeStream stream = bench.stream();
    bench.beat();
    assertThat(Await.take(stream.frames)).isNotEmpty();
    Await.until(vertx, () -> bench.status().beatsSent() == 1);
    assertThat(Await.take(stream.writes)).isNotNull();
    stream.stuck = true;
    Future<Void> undeployed = vertx.undeploy(id);
    assertThat(Await.take(stream.writes)).isEqualTo(Duration.ofSeconds(1));
    assertThat(undeployed.isComplete()).isFalse();
    bench.timers.fire(period -> period == 1_000);
    Void unused = Await.done(undeployed);
    assertThat(stream.closes.get()).isPositive();
    assertThat(bench.timers.count()).isZero();
  }
}
