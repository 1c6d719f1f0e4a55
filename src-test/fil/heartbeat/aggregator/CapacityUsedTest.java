package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.fleet.Expected;
import fil.heartbeat.history.NoHistory;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.testing.Await;
import fil.heartbeat.testing.FakeHost;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A running aggregator looks at its limits each second, by the membership of that second. */
@ExtendWith(VertxExtension.class)
@Timeout(60)
class CapacityUsedTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
  private static final PeerId NODE = SimulatedFleet.peer(32, 1);
  private static final Membership FLEET =
      new Membership(Set.of(), Set.of(), Map.of(NODE, new Expected("one", Map.of())));

  private final AtomicLong nanos = new AtomicLong();
  private final FakeHost host = new FakeHost(SimulatedFleet.peer(32, 2));

  @ParameterizedTest
  @CsvSource({
    // open connections, those that give way, faults in an open fleet, in a named one
    "94, 94, 0, 0",
    "95, 95, 1, 0",
    "100, 6, 1, 0",
    "100, 5, 1, 1"
  })
  void connectionsThatGiveWayCountOnlyInAnOpenFleet(
      int open, int giveWay, int faultsOfOpen, int faultsOfNamed, Vertx vertx) throws Exception {
    AggregatorVerticle aggregator =
        VirtualAggregator.of(
            host,
            AggregatorSettings.DEFAULT.withCapacity(
                new NodeCapacity(List.of(), 100, "libp2p.maxConnections")),
            Membership.OPEN,
            new NoHistory(),
            () -> START.plusNanos(nanos.get()),
            nanos::get);
    String id = Await.done(vertx.deployVerticle(aggregator));
    host.connections(open, giveWay);
    assertThat(faults(aggregator)).hasSize(faultsOfOpen);
    host.connections(0, 0);
    assertThat(faults(aggregator)).isEmpty();
    aggregator.membership(FLEET);
    host.connections(open, giveWay);
    assertThat(faults(aggregator)).hasSize(faultsOfNamed);
    Void unused = Await.done(vertx.undeploy(id));
  }

  private List<String> faults(AggregatorVerticle aggregator) throws Exception {
    assertThat(Await.done(VirtualAggregator.second(aggregator, () -> nanos.addAndGet(100_000_000))))
        .isTrue();
    return Await.done(aggregator.overview()).degraded();
  }
}
