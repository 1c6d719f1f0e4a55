package fil.heartbeat.history;

import fil.heartbeat.fleet.State;
import fil.heartbeat.history.PackedHour.Cell;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A summary of several slots of one node.
 *
 * @param slots by the state's code
 */
record Rollup(
    @Nullable Long height,
    @Nullable Long lag,
    Map<Integer, Integer> slots,
    long beats,
    int gapMillis,
    Reported reported) {

  static Rollup of(List<Cell> cells) {
    Rollup sum = new Rollup(null, null, Map.of(), 0, 0, Reported.NONE);
    for (Cell cell : cells) {
      sum =
          sum.plus(
              new Rollup(
                  cell.height(),
                  cell.lag(),
                  Map.of(cell.state(), 1),
                  cell.beats(),
                  cell.gapMillis(),
                  cell.reported()));
    }
    return sum;
  }

  Rollup plus(Rollup other) {
    Map<Integer, Integer> both = new TreeMap<>(slots);
    other.slots.forEach((state, count) -> both.merge(state, count, Integer::sum));
    return new Rollup(
        max(height, other.height),
        max(lag, other.lag),
        both,
        beats + other.beats,
        Math.max(gapMillis, other.gapMillis),
        reported.worst(other.reported));
  }

  /** The summary as a point of the history; of two states with equal shares the worse one. */
  HistoryPoint point(Instant t) {
    int all = slots.values().stream().mapToInt(count -> count).sum();
    Map<State, Double> shares = new EnumMap<>(State.class);
    State most = State.UNKNOWN;
    int votes = -1;
    for (State state : State.values()) {
      int count = slots.getOrDefault(state.code(), 0);
      if (count > 0) {
        shares.put(state, (double) count / all);
      }
      if (count > votes) {
        votes = count;
        most = state;
      }
    }
    return new HistoryPoint(t, height, lag, most, shares, beats, gapMillis, reported);
  }

  static @Nullable Long max(@Nullable Long a, @Nullable Long b) {
    return a == null ? b : b == null ? a : Long.valueOf(Math.max(a, b));
  }
}
