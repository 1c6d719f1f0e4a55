package fil.heartbeat.history;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.fleet.State;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HistoryQueueTest {
  private final HistoryQueue queue = new HistoryQueue();

  private static EpochRow row(String peerId, long slot) {
    return new EpochRow(peerId, slot, List.of(), null, null, State.OK, 1, 0);
  }

  private static StateChange change(String peerId) {
    return new StateChange(peerId, Instant.EPOCH, State.OK, State.SILENT, null);
  }

  @Test
  void theOldestSlotsMakeRoom() throws InterruptedException {
    int half = HistoryQueue.MAX_ROWS / 2;
    queue.add(Collections.nCopies(half, row("a", 1)));
    queue.add(Collections.nCopies(half, row("a", 2)));
    queue.add(Collections.nCopies(1, row("a", 3)));
    assertThat(queue.dropped()).isEqualTo(Map.of(HistoryQueue.DROPPED_ROWS, (long) half));
    assertThat(queue.waiting()).isEqualTo(half + 1);
    assertThat(queue.take().epochs())
        .extracting(slot -> slot.get(0).slot())
        .containsExactly(2L, 3L);
  }

  @Test
  void theOldestEventsMakeRoom() {
    for (int i = 0; i <= HistoryQueue.MAX_EVENTS; i++) {
      queue.add(change("a"));
    }
    assertThat(queue.dropped()).isEqualTo(Map.of(HistoryQueue.DROPPED_CHANGES, 1L));
    assertThat(queue.waiting()).isEqualTo(HistoryQueue.MAX_EVENTS);
  }

  @Test
  void whatWasPutBackStandsInFrontAndMakesRoomFirst() throws InterruptedException {
    queue.add(change("a"));
    queue.add(List.of(row("a", 1)));
    HistoryQueue.Batch batch = queue.take();
    queue.add(change("b"));
    queue.add(List.of(row("b", 2)));
    queue.putBack(batch);
    HistoryQueue.Batch again = queue.take();
    assertThat(again.changes()).extracting(StateChange::peerId).containsExactly("a", "b");
    assertThat(again.epochs()).extracting(slot -> slot.get(0).slot()).containsExactly(1L, 2L);
    queue.add(Collections.nCopies(HistoryQueue.MAX_ROWS, row("c", 3)));
    queue.putBack(again);
    assertThat(queue.dropped()).isEqualTo(Map.of(HistoryQueue.DROPPED_ROWS, 2L));
  }

  @Test
  void aForgottenPeerIsNotPutBack() throws InterruptedException {
    queue.add(change("a"));
    HistoryQueue.Batch batch = queue.take();
    queue.forget("a");
    queue.putBack(batch);
    HistoryQueue.Batch next = queue.take();
    assertThat(next.changes()).isEmpty();
    assertThat(next.forgotten()).containsExactly("a");
  }

  @Test
  void aClosedQueueGivesWhatIsLeftAndThenNothing() throws InterruptedException {
    queue.add(change("a"));
    queue.close();
    assertThat(queue.take().size()).isEqualTo(1);
    assertThat(queue.take().isEmpty()).isTrue();
  }
}
