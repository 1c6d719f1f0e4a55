package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Network;
import fil.heartbeat.fleet.State;
import fil.heartbeat.history.NoHistory;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.wire.Heartbeat;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoopActivityTest {
  private static final Instant T0 = Instant.parse("2026-01-02T03:04:05Z");
  private static final long MILLI = 1_000_000;

  @Test
  void theLongestStandstillIsReported() {
    LoopActivity loops = new LoopActivity(3, 100);
    assertThat(loops.longestStandstill(100)).isZero();
    loops.ran(0, 150);
    loops.ran(2, 160);
    assertThat(loops.longestStandstill(200)).isEqualTo(100);
    loops.ran(1, 190);
    assertThat(loops.longestStandstill(200)).isEqualTo(50);
  }

  /** A loop stands still for a minute while the registry runs; its node's beats do not arrive. */
  @ParameterizedTest
  @CsvSource({"true,OK", "false,SILENT"})
  void beatsHeldUpByALoopCountAgainstNoNode(boolean watched, State expected) {
    PeerId peer = SimulatedFleet.peer(31, 0);
    Registry registry =
        new Registry(
            AggregatorSettings.DEFAULT.withNetwork(Optional.of(Network.SIMULATED)),
            new NoHistory(),
            at(0));
    LoopActivity loops = new LoopActivity(1, 0);
    registry.onOpen(peer, "/ip4/192.0.2.1/tcp/1", at(0));
    for (long millis = 0; millis < 180_000; millis += 100) {
      boolean stands = millis > 100_000 && millis < 160_000;
      if (!stands) {
        loops.ran(0, millis * MILLI);
      }
      Moment now = at(millis);
      registry.tick(now);
      if (watched) {
        registry.delayed(now, loops.longestStandstill(now.nanos()) - 100 * MILLI);
      }
      if (millis % 3_000 == 0 && !stands && millis < 161_000) {
        long height = Network.SIMULATED.clock().epochAt(now.at());
        registry.onBeat(
            peer, new Heartbeat("{ " + block(height) + " }", height, "n", "", null, null), now);
      }
      if (millis % 1_000 == 0) {
        registry.evaluate(now);
      }
      if (millis == 159_000) {
        assertThat(Objects.requireNonNull(registry.node(peer.toString())).state())
            .isEqualTo(expected);
      }
    }
    // A node that really is silent is still detected.
    assertThat(Objects.requireNonNull(registry.node(peer.toString())).state())
        .isEqualTo(State.SILENT);
  }

  private static String block(long height) {
    return fil.heartbeat.chain.Cid.ofBlock(new byte[] {(byte) height}).toString();
  }

  private static Moment at(long millis) {
    return new Moment(T0.plusMillis(millis), millis * MILLI);
  }
}
