package fil.heartbeat.history;

import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * The interface to the data that survives a restart. Writes never block: they are offered to a
 * bounded queue; when it is full the oldest slot rows are dropped first, and counted. Thread-safe.
 * Futures complete on the caller's context.
 */
public interface History {

  /**
   * The state at a start; to be called once, before the first write. Peers beyond the limit are
   * forgotten.
   *
   * @param most peers to return; those with the latest beats
   * @param first ids of peers that have priority
   */
  Future<RestoredState> restore(int most, Set<String> first);

  /** Replaces the last known value of a peer. */
  void remember(KnownNode node);

  /** Forgets a peer and all of its rows, but not its resolved alerts. */
  void forget(String peerId);

  void stateChanged(StateChange change);

  /**
   * Replaces the upgrades that nodes named, and which networks finalized well.
   *
   * @param named a line of text for each
   */
  void upgrades(List<String> named);

  /** Stores an event; the last 100 of each peer stay. */
  void connection(ConnectionEvent event);

  /** Stores the rows of one finished slot, in any order; slots ascend. */
  void epoch(List<SlotRow> rows);

  /**
   * Counts events that were not offered, since they exceed the limit for strangers.
   *
   * @param reason one of a fixed set
   */
  default void left(String reason, long count) {}

  /** Stores each peer's counters at the end of a slot. */
  void counted(List<BeatCount> counts);

  /** A node's history in [from, to), in steps of whole slots or hours, ascending. */
  Future<List<HistoryPoint>> points(String peerId, Instant from, Instant to, Duration step);

  /** State changes of a peer in [from, to), the newest first. */
  Future<List<StateChange>> changes(String peerId, Instant from, Instant to, int limit);

  /** The last connection events of a peer, the newest first. */
  Future<List<ConnectionEvent>> connections(String peerId);

  /**
   * Registers a listener for a new file started while the store is in use, because the old one was
   * damaged, deleted or replaced: the owners of the current state must then write all of it again.
   * Called on a thread of the store.
   *
   * @return removes the listener
   */
  default Runnable whenBegunAnew(Runnable again) {
    return () -> {};
  }

  HistoryStats stats();

  /** Copies the whole store into a new file while it is in use. */
  Future<Void> backup(Path file);

  /** Writes what is queued, then closes. */
  Future<Void> close();
}
