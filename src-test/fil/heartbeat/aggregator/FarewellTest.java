package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Network;
import fil.heartbeat.fleet.FleetLimits;
import fil.heartbeat.fleet.FleetSettings;
import fil.heartbeat.fleet.State;
import fil.heartbeat.history.KnownNode;
import fil.heartbeat.history.RestoredState;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.testing.RecordingHistory;
import fil.heartbeat.wire.Heartbeat;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A planned stop is distinguished from a loss. */
class FarewellTest {
  private static final Instant T0 = Instant.parse("2026-01-02T03:04:05Z");
  private static final String HERE = "/ip4/192.0.2.1/tcp/1";
  private static final String THERE = "/ip4/192.0.2.1/tcp/2";

  private final PeerId a = SimulatedFleet.peer(21, 0);
  private final RecordingHistory history = new RecordingHistory();
  private Registry registry = registry(at(0));

  private Registry registry(Moment now) {
    return new Registry(
        new AggregatorSettings(
            Optional.of(Network.SIMULATED),
            FleetLimits.DEFAULT.withMaxNodes(9),
            FleetSettings.DEFAULT),
        history,
        now);
  }

  private static Moment at(long seconds) {
    return new Moment(T0.plusSeconds(seconds), seconds * 1_000_000_000L);
  }

  private static Heartbeat beat() {
    return new Heartbeat("{ }", 0, "n", "f01000", null, null);
  }

  private Node node() {
    return Objects.requireNonNull(registry.node(a.toString()));
  }

  private State state(long second) {
    registry.evaluate(at(second));
    return node().state();
  }

  /** It beats at 100 and is connected. */
  private void beats() {
    registry.onOpen(a, HERE, at(100));
    registry.onBeat(a, beat(), at(100));
    assertThat(state(100).isBeating()).isTrue();
  }

  @Test
  void aLastBeatIsAStopUntilTheNextBeat() {
    beats();
    registry.onBeat(a, beat().asLast(), at(103));
    assertThat(state(103)).isEqualTo(State.STOPPED);
    assertThat(node().verdict().reason())
        .isEqualTo("it stopped in good order at 2026-01-02T03:05:48Z");
    registry.onClose(a, "CONNECTION_LOST", at(104));
    assertThat(state(500)).isEqualTo(State.STOPPED);
    assertThat(node().verdict().since()).isEqualTo(T0.plusSeconds(103));
    assertThat(node().claims().nickname()).isEqualTo("n");
    registry.onArrive(a, at(600));
    assertThat(state(601)).isEqualTo(State.STOPPED);
    registry.onOpen(a, THERE, at(602));
    registry.onDepart(a);
    registry.onBeat(a, beat(), at(602));
    assertThat(state(602).isBeating()).isTrue();
  }

  @Test
  void aRegularEndOfStreamAndConnectionIsAStopTenSecondsLater() {
    beats();
    registry.onClose(a, null, at(101));
    registry.onFarewell(a, HERE, at(106));
    assertThat(state(110).isBeating()).isTrue();
    assertThat(state(111)).isEqualTo(State.STOPPED);
    assertThat(node().verdict().reason()).endsWith("03:05:46Z");
    assertThat(state(600)).isEqualTo(State.STOPPED);
  }

  @ParameterizedTest
  @CsvSource({
    // close reason, time of the goodbye, its address, and the state after a minute
    "RESET, 101, 1, STOPPED",
    "CONNECTION_LOST, 101, 1, STOPPED",
    "CONNECTION_LOST, 96, 1, STOPPED",
    // The end of the stream alone; goodbyes too early, too late or of another connection; and an
    // end by the aggregator itself.
    ", 0, 1, DISCONNECTED",
    ", 107, 1, DISCONNECTED",
    ", 95, 1, DISCONNECTED",
    ", 101, 2, DISCONNECTED",
    "CLOSED, 102, 1, DISCONNECTED",
    "LIMIT, 102, 1, DISCONNECTED"
  })
  void onlyBothTogetherAreAStop(String reason, long goodbye, int port, State expected) {
    beats();
    String from = "/ip4/192.0.2.1/tcp/" + port;
    if (goodbye > 0 && goodbye <= 101) {
      registry.onFarewell(a, from, at(goodbye));
    }
    registry.onClose(a, reason, at(101));
    if (goodbye > 101) {
      registry.onFarewell(a, from, at(goodbye));
    }
    assertThat(state(160)).isEqualTo(expected);
  }

  @Test
  void aSenderThatRedialsHasNotStopped() {
    beats();
    registry.onClose(a, null, at(101));
    registry.onArrive(a, at(110));
    registry.onFarewell(a, HERE, at(101));
    // It beats once a minute: the stream is open, but no beat has arrived yet.
    assertThat(state(140).isBeating()).isTrue();
    registry.onOpen(a, THERE, at(160));
    registry.onDepart(a);
    registry.onBeat(a, beat(), at(160));
    assertThat(state(160).isBeating()).isTrue();
    registry.onClose(a, "CONNECTION_LOST", at(161));
    assertThat(state(200)).isEqualTo(State.DISCONNECTED);
  }

  @Test
  void aStreamWithoutABeatDelaysTheStopByTenSeconds() {
    beats();
    registry.onClose(a, null, at(101));
    registry.onFarewell(a, HERE, at(101));
    registry.onArrive(a, at(105));
    registry.onDepart(a);
    assertThat(state(114).isBeating()).isTrue();
    assertThat(state(115)).isEqualTo(State.STOPPED);
  }

  @Test
  void aStoppedNodeHasNoVoteAndClaimsNothing() {
    beats();
    registry.onBeat(a, beat().asLast(), at(103));
    PeerId b = SimulatedFleet.peer(21, 1);
    registry.onOpen(b, THERE, at(104));
    registry.onBeat(b, beat(), at(104));
    registry.evaluate(at(104));
    assertThat(node().verdict().voter()).isFalse();
    assertThat(Objects.requireNonNull(registry.node(b.toString())).conflicts()).isEmpty();
    registry.onBeat(a, beat(), at(105));
    registry.evaluate(at(105));
    assertThat(Objects.requireNonNull(registry.node(b.toString())).conflicts()).isNotEmpty();
  }

  @Test
  void aStopOutlastsARestartOfTheAggregator() {
    beats();
    registry.onBeat(a, beat().asLast(), at(103));
    registry.onClose(a, "CONNECTION_LOST", at(103));
    assertThat(state(103)).isEqualTo(State.STOPPED);
    registry.save(at(103));
    KnownNode known = Objects.requireNonNull(history.nodes.get(a.toString()));
    assertThat(known.state()).isEqualTo(State.STOPPED);
    registry = registry(at(1000));
    registry.restore(new RestoredState(List.of(known), Map.of()), at(1000));
    for (long second = 1000; second < 1100; second++) {
      assertThat(state(second)).isEqualTo(State.STOPPED);
    }
    assertThat(node().verdict().since()).isEqualTo(T0.plusSeconds(103));
    registry.onOpen(a, HERE, at(1100));
    registry.onBeat(a, beat(), at(1100));
    assertThat(state(1100).isBeating()).isTrue();
  }
}
