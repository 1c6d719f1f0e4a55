package fil.heartbeat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeapPressureTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long MAX = 1_000;

  private final HeapPressure heap = new HeapPressure(Duration.ofSeconds(20), 0, 0);
  private long now;
  private long collecting;

  private void look(long nanos, long millisOfCollections, long used) {
    now += nanos;
    collecting += millisOfCollections;
    heap.update(now, collecting, used, MAX);
  }

  @Test
  void aHeapFullAndCollectedForTooLongIsExhausted() {
    for (int second = 0; second < 19; second++) {
      look(SECOND, 950, 990);
      assertThat(heap.isExhausted()).isFalse();
    }
    look(SECOND, 950, 990);
    assertThat(heap.isExhausted()).isTrue();
  }

  @Test
  void collectionsThatDelayTheSampleCountInFull() {
    look(12 * SECOND, 11_900, 999);
    assertThat(heap.isExhausted()).isFalse();
    look(9 * SECOND, 8_900, 999);
    assertThat(heap.isExhausted()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"500, 990", "950, 900", "0, 1000"})
  void aHeapOnlyFullOrOnlyCollectedIsNotExhausted(long collectingMillis, long used) {
    for (int second = 0; second < 120; second++) {
      look(SECOND, collectingMillis, used);
      assertThat(heap.isExhausted()).isFalse();
    }
  }

  @Test
  void oneGoodSecondResetsThePressure() {
    for (int second = 0; second < 19; second++) {
      look(SECOND, 950, 990);
    }
    look(SECOND, 100, 990);
    for (int second = 0; second < 19; second++) {
      look(SECOND, 950, 990);
      assertThat(heap.isExhausted()).isFalse();
    }
  }

  @Test
  void aSuspendIsNoPressure() {
    look(SECOND, 950, 990);
    look(3600 * SECOND, 950, 990);
    assertThat(heap.isExhausted()).isFalse();
  }
}
