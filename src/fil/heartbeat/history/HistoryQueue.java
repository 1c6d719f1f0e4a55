package fil.heartbeat.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written. Offers never wait: what is the last known value replaces the one
 * before, and of the rest the oldest go when there is no room, counted. Thread-safe.
 */
final class HistoryQueue {
  /** Ten minutes of 10 000 nodes. */
  static final int MAX_ROWS = 200_000;

  /** Changes and connections: a fleet of 10 000 that goes and comes back twice. */
  static final int MAX_EVENTS = 40_000;

  /** Writes of alerts: their owner has one or two under way, so more is a fault of ours. */
  static final int MAX_ALERT_WRITES = 256;

  static final String DROPPED_ROWS = "epoch-rows";
  static final String DROPPED_CHANGES = "state-changes";
  static final String DROPPED_CONNECTIONS = "connection-events";
  static final String DROPPED_ALERTS = "alert-writes";

  /** All that waits, taken at once; alerts go first, and peers are forgotten before the rest. */
  record Batch(
      List<AlertWrite> alerts,
      List<String> forgotten,
      List<KnownNode> known,
      List<StateChange> changes,
      List<ConnectionEvent> connections,
      List<List<EpochRow>> epochs,
      List<BeatCount> counts) {
    boolean isEmpty() {
      return alerts.isEmpty() && size() == 0;
    }

    int size() {
      return alerts.stream().mapToInt(AlertWrite::size).sum()
          + forgotten.size()
          + known.size()
          + changes.size()
          + connections.size()
          + epochs.stream().mapToInt(List::size).sum()
          + counts.size();
    }

    Batch withoutAlerts() {
      return new Batch(List.of(), forgotten, known, changes, connections, epochs, counts);
    }
  }

  private final Deque<AlertWrite> alerts = new ArrayDeque<>();
  private final Set<String> forgotten = new LinkedHashSet<>();
  private final Map<String, KnownNode> known = new LinkedHashMap<>();
  private final Deque<StateChange> changes = new ArrayDeque<>();
  private final Deque<ConnectionEvent> connections = new ArrayDeque<>();
  private final Deque<List<EpochRow>> epochs = new ArrayDeque<>();
  private final Map<String, Long> dropped = new TreeMap<>();
  private List<BeatCount> counts = List.of();
  private int rows;
  private boolean closed;
  private boolean urgent;

  /**
   * Takes what alerts want to be kept, and ends a pause. Refused writes are told at once, the
   * others when they are committed.
   */
  void keep(AlertWrite write) {
    String refusal = offer(write);
    if (refusal != null) {
      write.done().fail(new HistoryException(refusal));
    }
  }

  private synchronized @Nullable String offer(AlertWrite write) {
    if (closed) {
      return "the history is closed";
    }
    if (alerts.size() >= MAX_ALERT_WRITES) {
      drop(DROPPED_ALERTS, write.size());
      return "too many writes of alerts wait (expected: at most " + MAX_ALERT_WRITES + ")";
    }
    alerts.addLast(write);
    urgent = true;
    notifyAll();
    return null;
  }

  synchronized void remember(KnownNode node) {
    known.put(node.peerId(), node);
    notifyAll();
  }

  synchronized void forget(String peerId) {
    forgotten.add(peerId);
    known.remove(peerId);
    changes.removeIf(change -> change.peerId().equals(peerId));
    connections.removeIf(event -> event.peerId().equals(peerId));
    counts = counts.stream().filter(count -> !count.peerId().equals(peerId)).toList();
    notifyAll();
  }

  synchronized void add(StateChange change) {
    changes.addLast(change);
    if (changes.size() > MAX_EVENTS) {
      changes.removeFirst();
      drop(DROPPED_CHANGES, 1);
    }
    notifyAll();
  }

  synchronized void add(ConnectionEvent event) {
    connections.addLast(event);
    if (connections.size() > MAX_EVENTS) {
      connections.removeFirst();
      drop(DROPPED_CONNECTIONS, 1);
    }
    notifyAll();
  }

  synchronized void add(List<EpochRow> slot) {
    epochs.addLast(slot);
    rows += slot.size();
    // The newest is kept, however large: what a node count allows is bounded elsewhere.
    while (rows > MAX_ROWS && epochs.size() > 1) {
      int gone = epochs.removeFirst().size();
      rows -= gone;
      drop(DROPPED_ROWS, gone);
    }
    notifyAll();
  }

  /** The newest counts replace those before. */
  synchronized void counted(List<BeatCount> newest) {
    counts = newest;
    notifyAll();
  }

  /** Waits until there is something or the queue is closed. Empty only when it is closed. */
  synchronized Batch take() throws InterruptedException {
    while (waiting() == 0 && !closed) {
      wait();
    }
    Batch batch =
        new Batch(
            List.copyOf(alerts),
            List.copyOf(forgotten),
            List.copyOf(known.values()),
            List.copyOf(changes),
            List.copyOf(connections),
            List.copyOf(epochs),
            counts);
    alerts.clear();
    urgent = false;
    forgotten.clear();
    known.clear();
    changes.clear();
    connections.clear();
    epochs.clear();
    counts = List.of();
    rows = 0;
    return batch;
  }

  /** Takes back what could not be written, in front of what came since. */
  synchronized void putBack(Batch batch) {
    for (int i = batch.alerts().size() - 1; i >= 0; i--) {
      alerts.addFirst(batch.alerts().get(i));
    }
    Set<String> since = Set.copyOf(forgotten);
    List<String> gone = new ArrayList<>(batch.forgotten());
    gone.addAll(forgotten);
    forgotten.clear();
    forgotten.addAll(gone);
    batch.known().stream()
        .filter(node -> !since.contains(node.peerId()))
        .forEach(node -> known.putIfAbsent(node.peerId(), node));
    for (int i = batch.changes().size() - 1; i >= 0; i--) {
      StateChange change = batch.changes().get(i);
      if (changes.size() == MAX_EVENTS) {
        drop(DROPPED_CHANGES, 1);
      } else if (!since.contains(change.peerId())) {
        changes.addFirst(change);
      }
    }
    for (int i = batch.connections().size() - 1; i >= 0; i--) {
      ConnectionEvent event = batch.connections().get(i);
      if (connections.size() == MAX_EVENTS) {
        drop(DROPPED_CONNECTIONS, 1);
      } else if (!since.contains(event.peerId())) {
        connections.addFirst(event);
      }
    }
    for (int i = batch.epochs().size() - 1; i >= 0; i--) {
      List<EpochRow> slot = batch.epochs().get(i);
      if (rows + slot.size() > MAX_ROWS) {
        drop(DROPPED_ROWS, slot.size());
      } else {
        epochs.addFirst(slot);
        rows += slot.size();
      }
    }
    if (counts.isEmpty()) {
      counts = batch.counts().stream().filter(count -> !since.contains(count.peerId())).toList();
    }
  }

  /** Tells those who wait for alerts to be kept that they will not be. */
  void refuseAlerts(String cause) {
    List<AlertWrite> lost;
    synchronized (this) {
      lost = List.copyOf(alerts);
      alerts.clear();
    }
    lost.forEach(write -> write.done().fail(new HistoryException(cause)));
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Counts events that were not written. */
  synchronized void drop(String reason, long count) {
    dropped.merge(reason, count, Long::sum);
  }

  synchronized int waiting() {
    return alerts.size()
        + forgotten.size()
        + known.size()
        + changes.size()
        + connections.size()
        + rows
        + counts.size();
  }

  synchronized Map<String, Long> dropped() {
    return Map.copyOf(dropped);
  }

  /** Waits for so long, or until alerts want something to be kept or the queue is closed. */
  void pause(long millis) throws InterruptedException {
    pause(millis, true);
  }

  /** Waits for so long, or until the queue is closed: nothing is urgent to a disk at fault. */
  void rest(long millis) throws InterruptedException {
    pause(millis, false);
  }

  private synchronized void pause(long millis, boolean heedsAlerts) throws InterruptedException {
    long end = System.nanoTime() + millis * 1_000_000;
    long left = millis;
    while (left > 0 && !closed && !(urgent && heedsAlerts)) {
      wait(left);
      left = (end - System.nanoTime()) / 1_000_000;
    }
  }
}
