package fil.heartbeat.history;

import java.util.Map;
import java.util.Optional;

/**
 * Counters of the store.
 *
 * @param waiting events in the queue
 * @param written events written since the start
 * @param dropped events dropped since the start, by reason; a fixed set
 * @param fault why it cannot write now; empty when it works
 * @param bytes size of its files
 */
public record HistoryStats(
    int waiting, long written, Map<String, Long> dropped, Optional<String> fault, long bytes) {

  /** Of a store that is off. */
  public static final HistoryStats OFF = new HistoryStats(0, 0, Map.of(), Optional.empty(), 0);

  public HistoryStats {
    dropped = Map.copyOf(dropped);
  }
}
