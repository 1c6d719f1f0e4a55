package fil.heartbeat.aggregator;

import static fil.heartbeat.aggregator.BesideStrangers.at;
import static fil.heartbeat.aggregator.BesideStrangers.epoch;
import static fil.heartbeat.aggregator.BesideStrangers.head;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Network;
import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.State;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.testing.RecordingHistory;
import fil.heartbeat.wire.Heartbeat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Four nodes are expected, one of them forks, then two of the others leave. */
class VotersLeaveTest {
  private static final int FORKED = 3;

  private final RecordingHistory history = new RecordingHistory();
  private final Registry registry =
      new Registry(
          AggregatorSettings.DEFAULT.withNetwork(Optional.of(Network.SIMULATED)), history, at(0));
  private final List<PeerId> fleet = new ArrayList<>();
  private int second;

  private void run(int until, int beating) {
    for (; second < until; second++) {
      for (int tick = 0; tick < 10; tick++) {
        registry.tick(
            new Moment(
                at(second).at().plusMillis(100L * tick), at(second).nanos() + tick * 100_000_000L));
      }
      if (second % 3 == 0) {
        for (int i = 4 - beating; i < 4; i++) {
          String chain = i == FORKED ? "theirs" : "ours";
          registry.onBeat(
              fleet.get(i),
              new Heartbeat(head(chain + epoch(second)), epoch(second), "n" + i, "", null, null),
              at(second));
        }
      }
      registry.evaluate(at(second));
    }
  }

  private State state() {
    return Objects.requireNonNull(registry.node(fleet.get(FORKED).toString())).state();
  }

  @Test
  void aForkDoesNotEndWhenNoNodeIsLeftToCompareWith() {
    Map<PeerId, Expected> expected = new HashMap<>();
    for (int i = 0; i < 4; i++) {
      fleet.add(SimulatedFleet.peer(31, i));
      expected.put(fleet.get(i), new Expected("node-" + i, Map.of()));
    }
    registry.membership(new Membership(Set.of(), Set.of(), expected), at(0));
    fleet.forEach(peer -> registry.onOpen(peer, "/ip4/192.0.2.1/tcp/1", at(0)));
    run(200, 4);
    assertThat(state()).isEqualTo(State.FORKED);
    registry.onClose(fleet.get(0), null, at(second));
    registry.onClose(fleet.get(1), null, at(second));
    for (int until = 201; until < 2000; until += 10) {
      run(until, 2);
      assertThat(state()).isEqualTo(State.UNKNOWN);
    }
    assertThat(history.changes)
        .filteredOn(change -> change.peerId().equals(fleet.get(FORKED).toString()))
        .extracting(change -> change.to())
        .containsExactly(State.FORKED);
    registry.onOpen(fleet.get(0), "/ip4/192.0.2.1/tcp/1", at(second));
    registry.onOpen(fleet.get(1), "/ip4/192.0.2.1/tcp/1", at(second));
    run(second + 60, 4);
    assertThat(state()).isEqualTo(State.FORKED);
  }
}
