package fil.heartbeat.history;

import fil.heartbeat.testing.RecordingHistory;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A history whose disk stands still: a write is under way, and all else waits. One thread. */
public final class StalledHistory extends RecordingHistory {
  private final HistoryQueue queue;
  private HistoryQueue.Batch underWay;

  public StalledHistory(QueueBounds bounds) throws InterruptedException {
    queue = new HistoryQueue(bounds);
    underWay = take();
  }

  /** The write under way succeeds, and the next one begins. */
  public void written() throws InterruptedException {
    underWay = take();
  }

  /** Never blocks: there is always something to take. */
  private HistoryQueue.Batch take() throws InterruptedException {
    queue.counted(List.of(new BeatCount("", Instant.EPOCH, Instant.EPOCH, 1)));
    return queue.take();
  }

  /** The write under way fails; its data waits again. */
  public void failed() {
    queue.putBack(underWay);
  }

  /** What was dropped, by reason. */
  public Map<String, Long> dropped() {
    return queue.dropped();
  }

  /** Rows, state changes and connection events that the next write would have. */
  public List<Integer> waiting() throws InterruptedException {
    HistoryQueue.Batch batch = take();
    return List.of(
        batch.epochs().stream().mapToInt(List::size).sum(),
        batch.changes().size(),
        batch.connections().size());
  }

  @Override
  public void remember(KnownNode node) {
    queue.remember(node);
  }

  @Override
  public void forget(String peerId) {
    queue.forget(peerId);
  }

  @Override
  public void stateChanged(StateChange change) {
    queue.add(change);
  }

  @Override
  public void connection(ConnectionEvent event) {
    queue.add(event);
  }

  @Override
  public void epoch(List<SlotRow> rows) {
    queue.add(List.copyOf(rows));
  }

  @Override
  public void counted(List<BeatCount> counts) {
    queue.counted(counts);
  }
}
