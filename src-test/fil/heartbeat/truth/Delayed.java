package fil.heartbeat.truth;

import fil.heartbeat.history.BeatCount;
import fil.heartbeat.history.ConnectionEvent;
import fil.heartbeat.history.History;
import fil.heartbeat.history.HistoryPoint;
import fil.heartbeat.history.HistoryStats;
import fil.heartbeat.history.KnownNode;
import fil.heartbeat.history.RestoredState;
import fil.heartbeat.history.SlotRow;
import fil.heartbeat.history.StateChange;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/** A history that writes what it is given a little later, and not at all once it was killed. */
final class Delayed implements History {
  private record Write(long at, Runnable write) {}

  private final History history;
  private final boolean forgets;
  private final Deque<Write> waiting = new ArrayDeque<>();
  private long second;
  private boolean killed;

  /**
   * @param forgets whether a start finds nothing, which is a lie
   */
  Delayed(History history, boolean forgets) {
    this.history = history;
    this.forgets = forgets;
  }

  /** It is so late; what is two seconds old was written. */
  synchronized void at(long now) {
    second = now;
    while (!waiting.isEmpty() && waiting.peek().at < now - 2) {
      waiting.remove().write.run();
    }
  }

  synchronized void kill() {
    killed = true;
    waiting.clear();
  }

  private synchronized void later(Runnable write) {
    if (!killed) {
      waiting.add(new Write(second, write));
    }
  }

  @Override
  public Future<RestoredState> restore(int most, Set<String> first) {
    return history.restore(most, first).map(found -> forgets ? RestoredState.NOTHING : found);
  }

  @Override
  public void remember(KnownNode node) {
    later(() -> history.remember(node));
  }

  @Override
  public void forget(String peerId) {
    later(() -> history.forget(peerId));
  }

  @Override
  public void upgrades(List<String> named) {
    later(() -> history.upgrades(named));
  }

  @Override
  public void stateChanged(StateChange change) {
    later(() -> history.stateChanged(change));
  }

  @Override
  public void connection(ConnectionEvent event) {
    later(() -> history.connection(event));
  }

  @Override
  public void epoch(List<SlotRow> rows) {
    later(() -> history.epoch(rows));
  }

  @Override
  public void counted(List<BeatCount> counts) {
    later(() -> history.counted(counts));
  }

  @Override
  public Future<List<HistoryPoint>> points(String peerId, Instant from, Instant to, Duration step) {
    return history.points(peerId, from, to, step);
  }

  @Override
  public Future<List<StateChange>> changes(String peerId, Instant from, Instant to, int limit) {
    return history.changes(peerId, from, to, limit);
  }

  @Override
  public Future<List<ConnectionEvent>> connections(String peerId) {
    return history.connections(peerId);
  }

  @Override
  public HistoryStats stats() {
    return history.stats();
  }

  @Override
  public Future<Void> backup(Path file) {
    return history.backup(file);
  }

  @Override
  public Future<Void> close() {
    synchronized (this) {
      waiting.forEach(each -> each.write.run());
      waiting.clear();
    }
    return history.close();
  }
}
