package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Network;
import fil.heartbeat.fleet.FleetLimits;
import fil.heartbeat.fleet.FleetSettings;
import fil.heartbeat.fleet.State;
import fil.heartbeat.history.QueueBounds;
import fil.heartbeat.history.StalledHistory;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.wire.Heartbeat;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The disk stands still for ten minutes, in which the whole fleet leaves twice and comes back:
 * nothing is dropped, also not what the failed write brings back.
 */
class StalledDiskTest {
  private static final Instant START = Network.SIMULATED.genesisTime().plus(Duration.ofDays(30));
  private static final long START_MILLIS = Duration.ofDays(30).toMillis();

  /** Of the simulated network. */
  private static final int EPOCH = 30;

  private static final int STALLS = 3 * EPOCH;

  /** Often enough to see all that happens here, at a fifth of the work. */
  private static final int EVALUATED = 5;

  private static Moment at(int second) {
    return new Moment(START.plusSeconds(second), second * 1_000_000_000L);
  }

  /** Without the floors, so that a small fleet shows what each node of a large one needs. */
  @Test
  void nothingIsDropped() throws InterruptedException {
    int nodes = 1_000;
    StalledHistory history = new StalledHistory(new QueueBounds(22 * nodes, 4 * nodes));
    PeerId[] peers =
        IntStream.range(0, nodes).mapToObj(i -> SimulatedFleet.peer(1, i)).toArray(PeerId[]::new);
    SimulatedBlocks blocks = new SimulatedBlocks(1, "", 0);
    Registry registry =
        new Registry(
            new AggregatorSettings(
                Optional.of(Network.SIMULATED),
                FleetLimits.DEFAULT.withMaxNodes(nodes),
                FleetSettings.DEFAULT),
            4L << 30,
            history,
            at(0));
    for (int second = 0; second <= STALLS + 600; second++) {
      int into = second - STALLS;
      boolean away = (into >= 60 && into < 150) || (into >= 240 && into < 330);
      if (into == 60 || into == 240) {
        for (PeerId peer : peers) {
          registry.onClose(peer, "CONNECTION_LOST", at(second));
        }
      } else if (second == 0 || into == 150 || into == 330) {
        for (PeerId peer : peers) {
          registry.onOpen(peer, "/ip4/192.0.2.1/tcp/1", at(second));
        }
      }
      for (int tick = 0; tick < 10; tick++) {
        registry.tick(at(second));
      }
      if (!away && second % EPOCH == 20) {
        SimulatedBlocks.Head head = blocks.headAt(START_MILLIS + second * 1000L, 0);
        for (int i = 0; i < nodes; i++) {
          registry.onBeat(
              peers[i],
              "/ip4/192.0.2.1/tcp/1",
              new Heartbeat(head.key(), head.height(), "node-" + i, "f0" + i, null, null),
              at(second));
        }
      }
      if (second % EVALUATED == 0) {
        registry.evaluate(at(second));
      }
      if (into <= 0) {
        history.written();
      }
    }
    assertThat(registry.nodes()).allMatch(node -> node.state() == State.OK);
    assertThat(history.dropped()).isEmpty();
    history.failed();
    assertThat(history.dropped()).isEmpty();
    assertThat(history.waiting()).containsExactly(21 * nodes, 4 * nodes, 4 * nodes);
  }
}
