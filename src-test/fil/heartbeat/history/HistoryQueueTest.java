package fil.heartbeat.history;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.fleet.State;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HistoryQueueTest {
  private final HistoryQueue queue = new HistoryQueue(QueueBounds.DEFAULT);

  private static SlotRow row(String peerId, long slot) {
    return new SlotRow(
        peerId, slot, List.of(), null, null, State.OK, new SlotBeats(1, 0), Reported.NONE);
  }

  private static StateChange change(String peerId) {
    return new StateChange(peerId, Instant.EPOCH, State.OK, State.SILENT, null);
  }

  @Test
  void theOldestSlotsMakeRoom() throws InterruptedException {
    int half = QueueBounds.DEFAULT.rows() / 2;
    queue.add(Collections.nCopies(half, row("a", 1)));
    queue.add(Collections.nCopies(half, row("a", 2)));
    queue.add(Collections.nCopies(1, row("a", 3)));
    assertThat(queue.dropped()).isEqualTo(Map.of(HistoryQueue.DROPPED_ROWS, (long) half));
    assertThat(queue.waiting()).isEqualTo(half + 1);
    assertThat(queue.take().epochs())
        .extracting(slot -> slot.get(0).slot())
        .containsExactly(2L, 3L);
  }

  /** A head may have 64 blocks. */
  @Test
  void rowsWithLongHeadsCountAsSeveral() {
    int rows = QueueBounds.DEFAULT.rows() / 18;
    for (int i = 0; i < 10; i++) {
      queue.add(IntStream.range(0, rows).mapToObj(node -> heavy(blocks())).toList());
    }
    assertThat(queue.waiting()).isEqualTo(2 * rows);
  }

  private static List<String> blocks() {
    return List.copyOf(Collections.nCopies(64, "bafy"));
  }

  private static SlotRow heavy(List<String> blocks) {
    return new SlotRow("a", 1, blocks, null, null, State.OK, new SlotBeats(1, 0), Reported.NONE);
  }

  /** One in eight tipsets has eight blocks, and most nodes the same. */
  @Test
  void aLongHeadThatRowsShareCountsOnce() {
    SlotRow heavy = heavy(blocks());
    queue.add(Collections.nCopies(QueueBounds.DEFAULT.rows() - 8, heavy));
    queue.add(List.of());
    assertThat(queue.dropped()).isEmpty();
    queue.add(List.of(row("a", 2)));
    assertThat(queue.dropped()).containsOnlyKeys(HistoryQueue.DROPPED_ROWS);
  }

  @Test
  void theOldestEventsMakeRoom() {
    for (int i = 0; i <= QueueBounds.DEFAULT.events(); i++) {
      queue.add(change("a"));
    }
    assertThat(queue.dropped()).isEqualTo(Map.of(HistoryQueue.DROPPED_CHANGES, 1L));
    assertThat(queue.waiting()).isEqualTo(QueueBounds.DEFAULT.events());
  }

  @Test
  void dataPutBackComesFirstAndIsDroppedFirst() throws InterruptedException {
    queue.add(change("a"));
    queue.add(List.of(row("a", 1)));
    HistoryQueue.Batch batch = queue.take();
    queue.add(change("b"));
    queue.add(List.of(row("b", 2)));
    queue.putBack(batch);
    HistoryQueue.Batch again = queue.take();
    assertThat(again.changes()).extracting(StateChange::peerId).containsExactly("a", "b");
    assertThat(again.epochs()).extracting(slot -> slot.get(0).slot()).containsExactly(1L, 2L);
    queue.add(Collections.nCopies(QueueBounds.DEFAULT.rows(), row("c", 3)));
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
  void waitingEventsOfAPeerAreForgottenWithItAndLaterOnesStay() throws InterruptedException {
    queue.add(change("a"));
    queue.add(change("b"));
    queue.add(new ConnectionEvent("a", Instant.EPOCH, true, "/ip4/192.0.2.1/tcp/1", null));
    queue.add(List.of(row("a", 1), row("b", 1)));
    queue.counted(List.of(count("a"), count("b")));
    queue.forget("a");
    HistoryQueue.Batch batch = queue.take();
    assertThat(batch.forgotten()).containsExactly("a");
    assertThat(batch.changes()).extracting(StateChange::peerId).containsExactly("b");
    assertThat(batch.connections()).isEmpty();
    assertThat(batch.epochs()).containsExactly(List.of(row("b", 1)));
    assertThat(batch.counts()).containsExactly(count("b"));
    queue.forget("a");
    queue.add(change("a"));
    queue.add(List.of(row("a", 2)));
    batch = queue.take();
    assertThat(batch.forgotten()).containsExactly("a");
    assertThat(batch.changes()).hasSize(1);
    assertThat(batch.epochs()).hasSize(1);
    queue.putBack(batch);
    assertThat(queue.take()).isEqualTo(batch);
  }

  private static BeatCount count(String peerId) {
    return new BeatCount(peerId, Instant.EPOCH, Instant.EPOCH, 1);
  }

  /** While nothing can be written, strangers come and are still forgotten. */
  @Test
  void peersToForgetAreBounded() throws InterruptedException {
    for (int i = 0; i < QueueBounds.DEFAULT.events() + 3; i++) {
      queue.forget("peer " + i);
    }
    assertThat(queue.waiting()).isEqualTo(QueueBounds.DEFAULT.events());
    assertThat(queue.dropped()).isEqualTo(Map.of(HistoryQueue.DROPPED_FORGOTTEN, 3L));
    HistoryQueue.Batch batch = queue.take();
    assertThat(batch.forgotten()).startsWith("peer 3").hasSize(QueueBounds.DEFAULT.events());
    queue.forget("one more");
    queue.putBack(batch);
    assertThat(queue.waiting()).isEqualTo(QueueBounds.DEFAULT.events());
    assertThat(queue.take().forgotten()).startsWith("peer 4").endsWith("one more");
  }

  private static AlertWrite write(String id) {
    return new AlertWrite(
        List.of(new AlertStore.Entry("alert", id, "{}")), List.of(), Promise.promise());
  }

  @Test
  void failedWritesOfAlertsComeFirst() throws InterruptedException {
    AlertWrite first = write("a");
    AlertWrite second = write("b");
    AlertWrite third = write("c");
    queue.write(first);
    queue.write(second);
    HistoryQueue.Batch batch = queue.take();
    queue.write(third);
    queue.putBack(batch);
    assertThat(queue.take().alerts()).containsExactly(first, second, third);
  }

  @Test
  void tooManyWritesOfAlertsAreRejectedAndCounted() {
    for (int i = 0; i < HistoryQueue.MAX_ALERT_WRITES; i++) {
      queue.write(write("a"));
    }
    AlertWrite refused = write("b");
    queue.write(refused);
    assertThat(refused.done().future().cause())
        .isInstanceOf(HistoryException.class)
        .hasMessage("too many writes of alerts wait (expected: at most 256)");
    assertThat(queue.dropped()).isEqualTo(Map.of(HistoryQueue.DROPPED_ALERTS, 1L));
    assertThat(queue.waiting()).isEqualTo(HistoryQueue.MAX_ALERT_WRITES);
  }

  @Test
  @Timeout(60)
  void alertsEndAPause() throws InterruptedException {
    queue.add(change("a"));
    HistoryQueue.Batch unused = queue.take();
    Thread later = new Thread(() -> queue.write(write("a")));
    later.start();
    queue.pause(Long.MAX_VALUE / 2_000_000);
    later.join();
    assertThat(queue.take().alerts()).hasSize(1);
  }

  @Test
  void aClosedQueueReturnsTheRestAndThenNothing() throws InterruptedException {
    queue.add(change("a"));
    queue.close();
    assertThat(queue.take().size()).isEqualTo(1);
    assertThat(queue.take().isEmpty()).isTrue();
  }
}
