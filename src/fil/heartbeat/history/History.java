package fil.heartbeat.history;

import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * The port to what survives a restart. Writes never wait: they are offered to a bounded queue, and
 * when it is full the oldest epoch rows go first, counted. Thread-safe. Futures complete on the
 * caller's context.
 */
public interface History {

  /**
   * What a start finds; to be asked once, before the first write. Peers for which there is no room
   * are forgotten.
   *
   * @param most peers that are told; those that beat last
   * @param first ids of peers that come before all others
   */
  Future<RestoredState> restore(int most, Set<String> first);

  /** Writes the last known value of a peer over the one before. */
  void remember(KnownNode node);

  /** Forgets a peer and all of its rows, but not its alerts that are over. */
  void forget(String peerId);

  void stateChanged(StateChange change);

  /** Keeps the last 100 of each peer. */
  void connection(ConnectionEvent event);

  /** The rows of one finished slot, in any order; slots ascend. */
  void epoch(List<SlotRow> rows);

  /**
   * Counts events that were not offered, since they are more than may be kept of strangers.
   *
   * @param reason one of a fixed set
   */
  default void left(String reason, long count) {}

  /** How much each peer has beaten, at the end of a slot. */
  void counted(List<BeatCount> counts);

  /** The node's past in [from, to), in steps of whole slots or hours, ascending. */
  Future<List<HistoryPoint>> points(String peerId, Instant from, Instant to, Duration step);

  /** State changes of a peer in [from, to), the newest first. */
  Future<List<StateChange>> changes(String peerId, Instant from, Instant to, int limit);

  /** The last connection events of a peer, the newest first. */
  Future<List<ConnectionEvent>> connections(String peerId);

  /**
   * Says what to do when the store begins anew while it is in use, because its file was damaged,
   * deleted or replaced: whoever knows the present state is to tell all of it again. Called on a
   * thread of the store.
   *
   * @return says that it is not to be told any more
   */
  default Runnable whenBegunAnew(Runnable again) {
    return () -> {};
  }

  HistoryStats stats();

  /** Copies the whole store into a new file while it is in use. */
  Future<Void> backup(Path file);

  /** Writes what waits, then closes. */
  Future<Void> close();
}
