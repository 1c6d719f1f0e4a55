package fil.heartbeat.history;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.fleet.State;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueueBoundsTest {
  private static final long MEBI = 1024 * 1024;

  @ParameterizedTest
  @CsvSource({
    // nodes, MiB of heap, rows, events
    "0, 512, 200000, 40000",
    "5000, 512, 200000, 40000",
    "13107, 512, 288354, 52428",
    "100000, 4096, 2200000, 400000",
    "1638, 64, 48770, 40000",
    "1000000, 64, 2000000, 4000000"
  })
  void theyFollowFromTheNodesWithinTheHeap(long nodes, long heap, int rows, int events) {
    assertThat(QueueBounds.of(nodes, heap * MEBI)).isEqualTo(new QueueBounds(rows, events));
  }

  @Test
  void aProcessThatNobodyMeasuredHasTheLeast() {
    assertThat(QueueBounds.DEFAULT).isEqualTo(new QueueBounds(200_000, 40_000));
  }

  /**
   * The disk stands still for ten minutes while the whole fleet leaves twice and comes back: what
   * {@code StalledDiskTest} counts for each node.
   */
  @ParameterizedTest
  @ValueSource(ints = {10_000, 50_000, 100_000})
  void nothingIsDroppedWhileTheDiskStandsStill(int nodes) throws InterruptedException {
    // The least heap that carries so many.
    StalledHistory history = new StalledHistory(QueueBounds.of(nodes, nodes * 40L * 1024));
    List<String> head =
        List.copyOf(IntStream.range(0, 20).mapToObj(block -> "bafy" + block).toList());
    List<SlotRow> rows =
        IntStream.range(0, nodes)
            .mapToObj(
                i ->
                    new SlotRow(
                        "p" + i, 1, head, 1L, 0L, State.OK, new SlotBeats(10, 1), Reported.NONE))
            .toList();
    history.epoch(rows);
    history.written();
    for (int slot = 0; slot < 20; slot++) {
      history.epoch(rows);
      if (slot % 5 == 2) {
        boolean leaves = slot % 10 == 2;
        for (SlotRow row : rows) {
          history.connection(new ConnectionEvent(row.peerId(), Instant.EPOCH, !leaves, null, null));
          history.stateChanged(
              new StateChange(
                  row.peerId(),
                  Instant.EPOCH,
                  leaves ? State.OK : State.DISCONNECTED,
                  leaves ? State.DISCONNECTED : State.OK,
                  null));
        }
      }
    }
    history.failed();
    assertThat(history.dropped()).isEmpty();
    assertThat(history.waiting()).containsExactly(21 * nodes, 4 * nodes, 4 * nodes);
  }
}
