package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.SimulatedFleet.Incident;
import fil.heartbeat.aggregator.SimulatedFleet.Kind;
import fil.heartbeat.chain.EpochClock;
import fil.heartbeat.chain.Network;
import fil.heartbeat.fleet.State;
import fil.heartbeat.history.History;
import fil.heartbeat.history.KnownNode;
import fil.heartbeat.history.RestoredState;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.testing.HeldTimes;
import fil.heartbeat.wire.Extras;
import fil.heartbeat.wire.Heartbeat;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the clock is set, every time stored in the registry is moved; none is left out. */
class MovedTest {
  private static final long MINUTE = 60_000;

  /** The start of a node is a time of the node's own clock. */
  private static final Set<Class<?>> NOT =
      Set.of(History.class, EpochClock.class, Network.class, Extras.class);

  private static KnownNode forked(PeerId peer) {
    Instant before = SimulatedFleet.START.minusSeconds(600);
    return new KnownNode(
        peer.toString(),
        "known",
        null,
        null,
        List.of(),
        null,
        null,
        null,
        before,
        before,
        before,
        5,
        State.FORKED,
        before);
  }

  private static SimulatedFleet fleet() {
    SimulatedFleet fleet = new SimulatedFleet(11, 12, 0);
    fleet.reference();
    fleet.plan(new Incident(0, Kind.FORK, 5 * MINUTE, 15 * MINUTE));
    fleet.plan(new Incident(1, Kind.LAG, 5 * MINUTE, 30 * MINUTE));
    fleet.plan(new Incident(2, Kind.STALL, 5 * MINUTE, 30 * MINUTE));
    fleet.plan(new Incident(3, Kind.SILENCE, 5 * MINUTE, 30 * MINUTE));
    fleet.plan(new Incident(4, Kind.FORK, 5 * MINUTE, 30 * MINUTE));
    // Forked before the start and without a beat since: its earlier state is stored.
    fleet.registry.restore(
        new RestoredState(List.of(forked(SimulatedFleet.peer(11, 100))), Map.of()), fleet.moment());
    fleet.runUntil(20 * MINUTE, (own, now) -> {});
    Registry registry = fleet.registry;
    registry.onBeat(
        SimulatedFleet.peer(11, 3),
        new Heartbeat(
            "{ QmQwnJwu3UXNEKyPwZQEEuLAPz6i3tRiYvUCJzYnVZjcwB }",
            fleet.epoch() + 90,
            "node-3",
            "",
            null,
            null),
        fleet.moment());
    registry.evaluate(fleet.moment());
    for (int second = 0; second < 60; second += 6) {
      Moment now =
          new Moment(fleet.moment().at(), fleet.moment().nanos() + second * 1_000_000_000L);
      Heartbeat beat = new Heartbeat("{ }", 0, "node-8", "", null, null);
      registry.onBeat(SimulatedFleet.peer(11, 8), "/ip4/192.0.2.8/tcp/1", beat, now);
      registry.onBeat(SimulatedFleet.peer(11, 8), "/ip4/192.0.2.9/tcp/1", beat, now);
    }
    PeerId leaver = SimulatedFleet.peer(11, 6);
    registry.onArrive(leaver, fleet.moment());
    registry.onFarewell(leaver, "/ip4/192.0.2.1/tcp/1", fleet.moment());
    registry.onClose(leaver, null, fleet.moment());
    PeerId stopper = SimulatedFleet.peer(11, 7);
    registry.onBeat(
        stopper, new Heartbeat("{ }", 0, "node-7", "", null, null).asLast(), fleet.moment());
    return fleet;
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT2H", "PT-1H", "PT2S"})
  void everyTimeIsMoved(Duration by) {
    Registry registry = fleet().registry;
    HeldTimes before = HeldTimes.of(registry, NOT);
    Moment now = new Moment(SimulatedFleet.START, 0);
    registry.stepped(new Clocks.Step(by, Duration.ZERO), now);
    Map<String, List<Instant>> after = HeldTimes.of(registry, NOT).times();
    assertThat(before.empty()).as("not tried").isEmpty();
    assertThat(before.times())
        .containsKeys(
            "PeerEntry.lastBeat",
            "Twin.since",
            "Moment.at",
            "StateBeforeRestart.since",
            "NetworkState.rises",
            "OpenStreams.since");
    before
        .times()
        .forEach(
            (field, times) ->
                assertThat(after.get(field))
                    .as(field)
                    .isEqualTo(times.stream().map(each -> each.plus(by)).toList()));
    assertThat(after.keySet()).isEqualTo(before.times().keySet());
  }
}
