package fil.heartbeat.testing;

import fil.heartbeat.fleet.State;
import fil.heartbeat.history.BeatCount;
import fil.heartbeat.history.ConnectionEvent;
import fil.heartbeat.history.History;
import fil.heartbeat.history.HistoryPoint;
import fil.heartbeat.history.HistoryStats;
import fil.heartbeat.history.KnownNode;
import fil.heartbeat.history.Reported;
import fil.heartbeat.history.RestoredState;
import fil.heartbeat.history.SlotRow;
import fil.heartbeat.history.StateChange;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Keeps in memory what it is given, for a test to look at. Thread-safe. */
public class RecordingHistory implements History {
  public final Map<String, KnownNode> nodes = Collections.synchronizedMap(new LinkedHashMap<>());
  public final List<StateChange> changes = Collections.synchronizedList(new ArrayList<>());
  public final List<ConnectionEvent> connections = Collections.synchronizedList(new ArrayList<>());
  public final List<SlotRow> rows = Collections.synchronizedList(new ArrayList<>());
  public final List<BeatCount> counts = Collections.synchronizedList(new ArrayList<>());
  public final List<String> forgotten = Collections.synchronizedList(new ArrayList<>());
  public volatile List<String> upgrades = List.of();
  public final Map<String, Long> left = Collections.synchronizedMap(new LinkedHashMap<>());

  /** One that has a point of a step for each question, in which the node was well all the time. */
  public static RecordingHistory ofOnePoint(long finalityLag) {
    return new RecordingHistory() {
      @Override
      public Future<List<HistoryPoint>> points(
          String peerId, Instant from, Instant to, Duration step) {
        return Future.succeededFuture(
            List.of(
                new HistoryPoint(
                    from,
                    444L,
                    0L,
                    State.OK,
                    Map.of(State.OK, 1.0),
                    step.toSeconds(),
                    3100,
                    new Reported(finalityLag, 40L, 5_230_000_000L))));
      }
    };
  }

  @Override
  public Future<RestoredState> restore(int most, Set<String> first) {
    return Future.succeededFuture(
        new RestoredState(List.copyOf(nodes.values()), Map.of(), upgrades));
  }

  @Override
  public void remember(KnownNode node) {
    nodes.put(node.peerId(), node);
  }

  @Override
  public void forget(String peerId) {
    nodes.remove(peerId);
    forgotten.add(peerId);
  }

  @Override
  public void upgrades(List<String> named) {
    upgrades = List.copyOf(named);
  }

  @Override
  public void stateChanged(StateChange change) {
    changes.add(change);
  }

  @Override
  public void connection(ConnectionEvent event) {
    connections.add(event);
  }

  @Override
  public void epoch(List<SlotRow> finished) {
    rows.addAll(finished);
  }

  @Override
  public void left(String reason, long count) {
    left.merge(reason, count, Long::sum);
  }

  @Override
  public void counted(List<BeatCount> newest) {
    synchronized (counts) {
      counts.clear();
      counts.addAll(newest);
    }
  }

  @Override
  public Future<List<HistoryPoint>> points(String peerId, Instant from, Instant to, Duration step) {
    return Future.succeededFuture(List.of());
  }

  @Override
  public Future<List<StateChange>> changes(String peerId, Instant from, Instant to, int limit) {
    return Future.succeededFuture(
        List.copyOf(changes).stream().filter(change -> change.peerId().equals(peerId)).toList());
  }

  @Override
  public Future<List<ConnectionEvent>> connections(String peerId) {
    return Future.succeededFuture(
        List.copyOf(connections).stream().filter(event -> event.peerId().equals(peerId)).toList());
  }

  @Override
  public HistoryStats stats() {
    return HistoryStats.OFF;
  }

  @Override
  public Future<Void> backup(Path file) {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}
