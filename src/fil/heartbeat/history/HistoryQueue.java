package fil.heartbeat.history;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The data that waits to be written. Offers never block: a last known value replaces the one
 * before, and the oldest of the rest are dropped and counted when there is no room. Thread-safe.
 */
final class HistoryQueue {
  /** Blocks of a head that are covered by the load of its row. */
  private static final int USUAL_BLOCKS = 8;

  /**
   * Writes of alerting, of which normally one or two are in flight; more are a bug of this program.
   */
  static final int MAX_ALERT_WRITES = 256;

  static final String DROPPED_ROWS = "epoch-rows";
  static final String DROPPED_CHANGES = "state-changes";
  static final String DROPPED_CONNECTIONS = "connection-events";
  static final String DROPPED_ALERTS = "alert-writes";
  static final String DROPPED_FORGOTTEN = "forgotten-peers";

  /** Data that SQLite always rejects. */
  static final String DROPPED_REFUSED = "refused";

  /**
   * Everything that waits, taken at once; alerts are written first, and peers forgotten before the
   * rest.
   */
  record Batch(
      List<AlertWrite> alerts,
      List<String> forgotten,
      List<KnownNode> known,
      List<StateChange> changes,
      List<ConnectionEvent> connections,
      List<List<SlotRow>> epochs,
      List<BeatCount> counts,
      List<AlertStore.Entry> upgrades) {
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
          + counts.size()
          + upgrades.size();
    }

    Batch onlyAlerts() {
      return new Batch(
          alerts, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
    }

    Batch withoutAlerts() {
      return new Batch(List.of(), forgotten, known, changes, connections, epochs, counts, upgrades);
    }
  }

  /**
   * An event, and the number of forgotten peers before it. Events of a peer that was forgotten
   * later are filtered when the queue is taken: strangers are forgotten by the thousand, and a
   * search of the queue for each would be slow.
   */
  private record Waiting<T>(long after, T event) {}

  private final QueueBounds bounds;
  private final Deque<AlertWrite> alerts = new ArrayDeque<>();

  /** Forgotten peers with their sequence numbers. */
  private final Map<String, Long> forgotten = new LinkedHashMap<>();

  private final Map<String, KnownNode> known = new LinkedHashMap<>();
  private final Deque<Waiting<StateChange>> changes = new ArrayDeque<>();
  private final Deque<Waiting<ConnectionEvent>> connections = new ArrayDeque<>();
  private final Deque<Waiting<List<SlotRow>>> epochs = new ArrayDeque<>();
  private final Map<String, Long> dropped = new TreeMap<>();
  private Waiting<List<BeatCount>> counts = new Waiting<>(0, List.of());

  /** The upgrades that nodes named: the newest entry, or none. */
  private List<AlertStore.Entry> upgrades = List.of();

  private long everForgotten;

  /** The number of forgotten peers when the last batch was taken. */
  private long takenAfter;

  private int rows;
  private long rowsLoad;
  private boolean closed;
  private boolean urgent;

  HistoryQueue(QueueBounds bounds) {
    this.bounds = bounds;
  }

  /**
   * Queues a write of alerting, and ends a pause. Rejected writes fail at once; the others complete
   * when they are committed.
   */
  void write(AlertWrite write) {
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
    everForgotten++;
    forgotten.remove(peerId);
    forgotten.put(peerId, everForgotten);
    known.remove(peerId);
    dropForgotten();
    notifyAll();
  }

  /** The rows of dropped entries stay in the file until they expire. */
  private void dropForgotten() {
    Iterator<String> oldest = forgotten.keySet().iterator();
    while (forgotten.size() > bounds.events()) {
      oldest.next();
      oldest.remove();
      drop(DROPPED_FORGOTTEN, 1);
    }
  }

  synchronized void add(StateChange change) {
    changes.addLast(waiting(change));
    if (changes.size() > bounds.events()) {
      changes.removeFirst();
      drop(DROPPED_CHANGES, 1);
    }
    notifyAll();
  }

  synchronized void add(ConnectionEvent event) {
    connections.addLast(waiting(event));
    if (connections.size() > bounds.events()) {
      connections.removeFirst();
      drop(DROPPED_CONNECTIONS, 1);
    }
    notifyAll();
  }

  synchronized void add(List<SlotRow> slot) {
    epochs.addLast(waiting(slot));
    rows += slot.size();
    rowsLoad += load(slot);
    // The newest slot stays, however large: other limits bound the number of nodes.
    while (rowsLoad > bounds.rows() && epochs.size() > 1) {
      List<SlotRow> gone = epochs.removeFirst().event();
      rows -= gone.size();
      rowsLoad -= load(gone);
      drop(DROPPED_ROWS, gone.size());
    }
    notifyAll();
  }

  /** The load of a slot in rows: a head may be long, and is held once by all rows that share it. */
  private static long load(List<SlotRow> slot) {
    Set<List<String>> counted = Collections.newSetFromMap(new IdentityHashMap<>());
    long load = slot.size();
    for (SlotRow row : slot) {
      int usual = row.head().size() / USUAL_BLOCKS;
      if (usual > 0 && counted.add(row.head())) {
        load += usual;
      }
    }
    return load;
  }

  /** Replaces earlier counters. */
  synchronized void counted(List<BeatCount> newest) {
    counts = waiting(newest);
    notifyAll();
  }

  /** Replaces the upgrades that nodes named before: a peer may change them with each beat. */
  synchronized void upgrades(AlertStore.Entry newest) {
    upgrades = List.of(newest);
    notifyAll();
  }

  private <T> Waiting<T> waiting(T event) {
    return new Waiting<>(everForgotten, event);
  }

  /** Whether the peer was not forgotten since. */
  private boolean isKept(String peerId, long after) {
    Long number = forgotten.get(peerId);
    return number == null || number <= after;
  }

  private <T> List<T> remaining(Collection<Waiting<T>> events, Function<T, String> peerOf) {
    return events.stream()
        .filter(each -> isKept(peerOf.apply(each.event()), each.after()))
        .map(Waiting::event)
        .toList();
  }

  private <T> List<T> remaining(Waiting<List<T>> list, Function<T, String> peerOf) {
    return list.event().stream().filter(each -> isKept(peerOf.apply(each), list.after())).toList();
  }

  /** Waits until there is data or the queue is closed. Empty only when it is closed. */
  synchronized Batch take() throws InterruptedException {
    while (waiting() == 0 && !closed) {
      wait();
    }
    Batch batch =
        new Batch(
            List.copyOf(alerts),
            List.copyOf(forgotten.keySet()),
            List.copyOf(known.values()),
            remaining(changes, StateChange::peerId),
            remaining(connections, ConnectionEvent::peerId),
            epochs.stream()
                .map(slot -> remaining(slot, SlotRow::peerId))
                .filter(slot -> !slot.isEmpty())
                .toList(),
            remaining(counts, BeatCount::peerId),
            upgrades);
    alerts.clear();
    urgent = false;
    forgotten.clear();
    known.clear();
    changes.clear();
    connections.clear();
    epochs.clear();
    counts = waiting(List.of());
    upgrades = List.of();
    rows = 0;
    rowsLoad = 0;
    takenAfter = everForgotten;
    return batch;
  }

  /** Puts data that was not written back in front of newer data. */
  synchronized void putBack(Batch batch) {
    for (int i = batch.alerts().size() - 1; i >= 0; i--) {
      alerts.addFirst(batch.alerts().get(i));
    }
    Map<String, Long> later = new LinkedHashMap<>(forgotten);
    forgotten.clear();
    // These peers were forgotten before the newer data.
    batch.forgotten().forEach(peerId -> forgotten.put(peerId, 0L));
    forgotten.putAll(later);
    dropForgotten();
    batch.known().stream()
        .filter(node -> isKept(node.peerId(), takenAfter))
        .forEach(node -> known.putIfAbsent(node.peerId(), node));
    putBack(batch.changes(), changes, DROPPED_CHANGES);
    putBack(batch.connections(), connections, DROPPED_CONNECTIONS);
    for (int i = batch.epochs().size() - 1; i >= 0; i--) {
      List<SlotRow> slot = batch.epochs().get(i);
      if (rowsLoad + load(slot) > bounds.rows()) {
        drop(DROPPED_ROWS, slot.size());
      } else {
        epochs.addFirst(new Waiting<>(takenAfter, slot));
        rows += slot.size();
        rowsLoad += load(slot);
      }
    }
    if (counts.event().isEmpty()) {
      counts = new Waiting<>(takenAfter, batch.counts());
    }
    upgrades = upgrades.isEmpty() ? batch.upgrades() : upgrades;
  }

  private <T> void putBack(List<T> taken, Deque<Waiting<T>> into, String reason) {
    for (int i = taken.size() - 1; i >= 0; i--) {
      if (into.size() == bounds.events()) {
        drop(reason, 1);
      } else {
        into.addFirst(new Waiting<>(takenAfter, taken.get(i)));
      }
    }
  }

  /** Drops data that a sound file rejects. */
  void refuse(Batch batch, String cause) {
    drop(DROPPED_REFUSED, batch.size());
    batch
        .alerts()
        .forEach(write -> write.done().fail(new HistoryException("the file refuses it: " + cause)));
  }

  /** Fails the waiting writes of alerting. */
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
        + counts.event().size()
        + upgrades.size();
  }

  synchronized Map<String, Long> dropped() {
    return Map.copyOf(dropped);
  }

  /** Waits for this time, or until alerting writes or the queue is closed. */
  void pause(long millis) throws InterruptedException {
    pause(millis, true);
  }

  /**
   * Waits for this time, or until the queue is closed; urgent writes do not end it, as the disk has
   * a fault.
   */
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
