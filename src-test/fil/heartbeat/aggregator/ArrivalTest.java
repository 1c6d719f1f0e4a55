package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.fleet.FleetLimits;
import fil.heartbeat.fleet.FleetSettings;
import fil.heartbeat.fleet.State;
import fil.heartbeat.history.NoHistory;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.wire.Heartbeat;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Effects of a heartbeat stream without beats on the state of its peer. */
class ArrivalTest {
  private static final Instant T0 = Instant.parse("2026-01-02T03:04:05Z");

  private final PeerId a = SimulatedFleet.peer(20, 0);
  private final Registry registry =
      new Registry(
          new AggregatorSettings(
              Optional.empty(), FleetLimits.DEFAULT.withMaxNodes(2), FleetSettings.DEFAULT),
          new NoHistory(),
          at(0));

  private static Moment at(long seconds) {
    return new Moment(T0.plusSeconds(seconds), seconds * 1_000_000_000L);
  }

  private static Heartbeat beat(long height) {
    return new Heartbeat("{ }", height, "n", "", null, null);
  }

  private static State state(Registry registry, PeerId peer) {
    return Objects.requireNonNull(registry.node(peer.toString())).state();
  }

  /**
   * Like a {@code doctor} with the key of a node that is down: it does not prove that the node is
   * back.
   */
  @Test
  void aStreamWithoutABeatDoesNotBringANodeBack() {
    registry.onOpen(a, "/ip4/192.0.2.1/tcp/1", at(0));
    registry.onBeat(a, beat(1), at(0));
    registry.onClose(a, null, at(1));
    // The node returns within the allowed half minute: it does not count as lost.
    registry.onArrive(a, at(29));
    assertThat(registry.nodes().get(0).connected()).isTrue();
    registry.evaluate(at(40));
    assertThat(state(registry, a).isBeating()).isTrue();
    registry.onDepart(a);
    registry.evaluate(at(41));
    Node lost = registry.nodes().get(0);
    assertThat(lost.state()).isEqualTo(State.DISCONNECTED);
    assertThat(lost.contact().connection().lostSince()).isEqualTo(T0.plusSeconds(1));
    registry.onArrive(a, at(50));
    registry.evaluate(at(51));
    assertThat(registry.nodes().get(0)).isEqualTo(lost);
    registry.onDepart(a);
    registry.evaluate(at(52));
    assertThat(registry.nodes().get(0)).isEqualTo(lost);
    registry.onArrive(a, at(60));
    registry.onOpen(a, "/ip4/192.0.2.1/tcp/2", at(61));
    registry.onDepart(a);
    registry.onBeat(a, beat(2), at(61));
    registry.evaluate(at(61));
    assertThat(state(registry, a).isBeating()).isTrue();
    assertThat(registry.nodes().get(0).contact().connection().address()).endsWith("/tcp/2");
  }

  /** A stream without beats is a silence, however it was opened. */
  @Test
  void aNodeThatReconnectsWithoutABeatIsSilent() {
    registry.onOpen(a, "/ip4/192.0.2.1/tcp/1", at(0));
    registry.onBeat(a, beat(1), at(0));
    registry.onClose(a, null, at(1));
    registry.onArrive(a, at(2));
    for (int tick = 20; tick < 400; tick++) {
      Moment now = new Moment(T0.plusMillis(tick * 100L), tick * 100_000_000L);
      registry.tick(now);
      if (tick % 10 == 0) {
        registry.evaluate(now);
        assertThat(state(registry, a).isBeating() || tick >= 320).as("tick %s", tick).isTrue();
      }
    }
    assertThat(state(registry, a)).isEqualTo(State.SILENT);
  }
}
