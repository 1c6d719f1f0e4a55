package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.FleetLimits;
import fil.heartbeat.fleet.FleetSettings;
import fil.heartbeat.history.NoHistory;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.testing.FakeHost;
import fil.heartbeat.wire.Heartbeat;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A hard limit that is nearly used up is a fault, with what to raise; estimates are none. */
class CapacityUseTest {
  private static final Moment NOW = new Moment(Instant.parse("2026-01-05T12:00:00Z"), 0);
  private static final String NODES =
      "nearly 100 nodes are known: raise aggregator.maxNodes, else those silent for longest are"
          + " forgotten";
  private static final String MEMORY =
      "nearly all memory for nodes that are not expected is in use: raise -Xmx, else those silent"
          + " for longest are forgotten";
  private static final String CONNECTIONS =
      "nearly 200 connections are open: raise ulimit -n or LimitNOFILE=, else nodes are refused";

  private final AggregatorSettings settings =
      new AggregatorSettings(
          Optional.empty(),
          FleetLimits.DEFAULT.withMaxNodes(100),
          FleetSettings.DEFAULT,
          new NodeCapacity(
              List.of(new NodeCapacity.Limit("-Xmx", "-Xmx (1 MiB)", 3)),
              200,
              "ulimit -n or LimitNOFILE="));
  private final Registry registry = new Registry(settings, new NoHistory(), NOW);
  private final FakeHost host = new FakeHost(peer(-1));
  private final OverviewReader reader = new OverviewReader(settings, host, new NoHistory());

  private static PeerId peer(int number) {
    return SimulatedFleet.peer(5, number);
  }

  private void beat(int from, int to) {
    for (int i = from; i < to; i++) {
      registry.onBeat(peer(i), new Heartbeat("{ }", 1, "n", "f01", null, null), NOW);
    }
  }

  private List<String> faults(boolean open) {
    reader.update(registry, open);
    return reader.read(registry, NOW).degraded();
  }

  @Test
  void nodesBeginAFaultAt95PercentAndEndItBelow90() {
    beat(0, 94);
    assertThat(faults(true)).isEmpty();
    beat(94, 95);
    assertThat(faults(true)).containsExactly(NODES);
    for (int i = 0; i < 5; i++) {
      assertThat(registry.forget(peer(i).toString(), NOW)).isTrue();
    }
    assertThat(faults(true)).containsExactly(NODES);
    assertThat(registry.forget(peer(5).toString(), NOW)).isTrue();
    assertThat(faults(true)).isEmpty();
    beat(0, 4);
    assertThat(faults(true)).isEmpty();
  }

  @Test
  void connectionsBeginAFaultAt95PercentAndEndItBelow90() {
    for (int[] step :
        new int[][] {{189, 0}, {190, 1}, {200, 1}, {189, 1}, {180, 1}, {179, 0}, {189, 0}}) {
      host.connections(step[0], 0);
      assertThat(faults(true))
          .as("%s connections", step[0])
          .isEqualTo(step[1] == 1 ? List.of(CONNECTIONS) : List.of());
    }
  }

  private static Map<PeerId, Expected> fleet(int nodes) {
    return IntStream.range(0, nodes)
        .boxed()
        .collect(Collectors.toMap(CapacityUseTest::peer, i -> new Expected("node-" + i, Map.of())));
  }

  @Test
  void strangersThatMakeRoomForTheFleetAreNoFault() {
    registry.membership(new Membership(Set.of(), Set.of(), fleet(94)), NOW);
    beat(0, 200);
    host.connections(200, 11);
    assertThat(faults(false)).isEmpty();
    host.connections(200, 10);
    assertThat(faults(false)).containsExactly(CONNECTIONS);
  }

  /** Expected nodes are never forgotten, so a table that is full of them harms none. */
  @Test
  void aFleetAsLargeAsTheLimitIsNoFault() {
    registry.membership(new Membership(Set.of(), Set.of(), fleet(100)), NOW);
    beat(0, 120);
    assertThat(faults(false)).isEmpty();
  }

  @Test
  void nodesThatAreAllowedButNotExpectedMayBeForgotten() {
    registry.membership(new Membership(fleet(95).keySet(), Set.of(), Map.of()), NOW);
    beat(0, 95);
    assertThat(faults(false)).containsExactly(NODES);
  }

  /** A head of 64 blocks takes more than one of one. */
  @Test
  void theMemoryOfNodesThatMayBeForgottenIsALimitToo() {
    Registry small = new Registry(settings, 40L * 7 * 1024, new NoHistory(), NOW);
    int count = 0;
    while (small.forgotten() == 0) {
      reader.update(small, true);
      boolean reported = reader.read(small, NOW).degraded().equals(List.of(MEMORY));
      assertThat(reported || count < 90).isTrue();
      small.onBeat(peer(count), new Heartbeat("{ }", 1, "n", "f01", null, null), NOW);
      count++;
    }
    assertThat(count).isLessThan(90);
    reader.update(small, true);
    assertThat(reader.read(small, NOW).degraded()).containsExactly(MEMORY);
    for (int i = 1; i < count / 5; i++) {
      boolean unused = small.forget(peer(i).toString(), NOW);
    }
    reader.update(small, true);
    assertThat(reader.read(small, NOW).degraded()).isEmpty();
  }

  /** In an open fleet nobody makes room for another. */
  @Test
  void inAnOpenFleetEveryConnectionCounts() {
    host.connections(200, 200);
    assertThat(faults(true)).containsExactly(CONNECTIONS);
  }

  @Test
  void aProcessThatNobodyMeasuredHasNoFault() {
    OverviewReader unmeasured =
        new OverviewReader(AggregatorSettings.DEFAULT, host, new NoHistory());
    host.connections(1_000_000, 0);
    unmeasured.update(registry, true);
    assertThat(unmeasured.read(registry, NOW).degraded()).isEmpty();
    assertThat(unmeasured.read(registry, NOW).use().capacity().tightest()).isEmpty();
  }
}
