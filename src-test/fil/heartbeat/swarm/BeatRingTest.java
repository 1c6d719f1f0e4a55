package fil.heartbeat.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BeatRingTest {
  private static final Duration PERIOD = Duration.ofNanos(1000);

  private final List<Integer> due = new ArrayList<>();
  private final Map<Integer, Long> counts = new HashMap<>();
  private long missed;
  private final BeatRing.Sink sink =
      new BeatRing.Sink() {
        @Override
        public void due(VirtualNode node) {
          due.add(node.number());
          counts.merge(node.number(), 1L, Long::sum);
        }

        @Override
        public void missed(long beatsOfEach) {
          missed += beatsOfEach;
        }
      };

  private static VirtualNode node(int number, double phase) {
    return new VirtualNode(number, Behaviour.HEALTHY, phase);
  }

  @Test
  void eachNodeBeatsAtItsPhaseOnceAPeriod() {
    // A monotonic clock may start below zero.
    long start = -500;
    BeatRing ring = new BeatRing(List.of(node(1, 0.7), node(2, 0), node(3, 0.2)), PERIOD, start);
    ring.advance(start - 1, sink);
    assertThat(due).isEmpty();
    ring.advance(start, sink);
    assertThat(due).containsExactly(2);
    ring.advance(start + 199, sink);
    assertThat(due).containsExactly(2);
    ring.advance(start + 999, sink);
    assertThat(due).containsExactly(2, 3, 1);
    ring.advance(start + 1200, sink);
    assertThat(due).containsExactly(2, 3, 1, 2, 3);
    assertThat(missed).isZero();
  }

  @Test
  void beatsOlderThanAPeriodAreMissedAndNotMadeUp() {
    BeatRing ring = new BeatRing(List.of(node(1, 0), node(2, 0.5)), PERIOD, 0);
    ring.advance(3_600_000_000_499L, sink);
    assertThat(missed).isEqualTo(3_600_000_000L);
    assertThat(due).containsExactly(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void beatsDueAndMissedAddUpToThePeriods(long seed) {
    Random random = new Random(seed);
    List<VirtualNode> nodes = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      nodes.add(node(i, random.nextDouble()));
    }
    BeatRing ring = new BeatRing(nodes, PERIOD, 0);
    long now = 0;
    for (int i = 0; i < 500; i++) {
      now += random.nextInt(10) == 0 ? random.nextInt(5000) : random.nextInt(100);
      ring.advance(now, sink);
    }
    for (VirtualNode node : nodes) {
      long offset = (long) (node.phase() * 1000);
      long wanted = now < offset ? 0 : (now - offset) / 1000 + 1;
      assertThat(counts.getOrDefault(node.number(), 0L) + missed).isEqualTo(wanted);
    }
  }
}
