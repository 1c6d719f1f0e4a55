package fil.heartbeat.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BeatGateTest {
  private final SwarmCounters tally = new SwarmCounters();

  private void assertEquation() {
    assertThat(tally.beatsDue())
        .isEqualTo(
            tally.beatsSent() + tally.skipped().values().stream().mapToLong(each -> each).sum());
  }

  @Test
  void aBeatIsWrittenOnlyWhenConnectedAndTheLastIsWritten() {
    BeatGate gate = new BeatGate(tally, Long.MAX_VALUE);
    assertThat(gate.due()).isFalse();
    gate.connected();
    assertThat(gate.due()).isTrue();
    assertThat(gate.due()).isFalse();
    assertThat(tally.skipped())
        .isEqualTo(
            Map.of(
                BeatSkip.NOT_CONNECTED, 1L,
                BeatSkip.WRITE_PENDING, 1L,
                BeatSkip.UNFINISHED, 1L));
    gate.written();
    assertThat(gate.due()).isTrue();
    gate.disconnected();
    assertThat(tally.skipped().get(BeatSkip.WRITE_FAILED)).isEqualTo(1);
    assertThat(tally.beatsSent()).isEqualTo(1);
    assertThat(tally.connectedNow()).isZero();
    assertEquation();
  }

  @Test
  void aSilentNodeStopsAfterItsBeatsAndNoMoreAreDue() {
    BeatGate gate = new BeatGate(tally, 15);
    gate.connected();
    for (int i = 0; i < 40; i++) {
      if (gate.due()) {
        gate.written();
      }
    }
    gate.missed(3);
    // Connected again, it stays silent.
    gate.disconnected();
    gate.connected();
    assertThat(gate.due()).isFalse();
    assertThat(tally.beatsDue()).isEqualTo(15);
    assertThat(tally.beatsSent()).isEqualTo(15);
    assertThat(tally.skipped()).isEmpty();
  }

  @Test
  void aSilentNodeThatRecoversBeatsAgain() {
    BeatGate gate = new BeatGate(tally, 1);
    gate.connected();
    assertThat(gate.due()).isTrue();
    gate.written();
    assertThat(gate.due()).isFalse();
    gate.recover();
    assertThat(gate.due()).isTrue();
    assertEquation();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void beatsDueAreSentOrSkippedWhateverHappens(long seed) {
    Random random = new Random(seed);
    List<BeatGate> gates = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      gates.add(new BeatGate(tally, i == 0 ? 15 : Long.MAX_VALUE));
    }
    for (int i = 0; i < 2000; i++) {
      BeatGate gate = gates.get(random.nextInt(gates.size()));
      switch (random.nextInt(8)) {
        case 0 -> gate.disconnected();
        case 1 -> gate.missed(random.nextInt(3));
        case 2 -> {
          gate.disconnected();
          gate.connected();
        }
        case 3, 4 -> gate.written();
        default -> {
          boolean ignored = gate.due();
        }
      }
      assertEquation();
      assertThat(tally.connectedNow()).isBetween(0L, 5L);
    }
    assertThat(tally.beatsSent()).isPositive();
  }
}
