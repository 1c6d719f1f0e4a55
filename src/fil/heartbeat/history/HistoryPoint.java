package fil.heartbeat.history;

import fil.heartbeat.fleet.State;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One step of a node's history.
 *
 * @param t start of the step
 * @param height highest of the step; null without one
 * @param lagEpochs worst of the step; null when unknown
 * @param state the one with the largest share; the worse one when equal
 * @param shares part of the step's rows in each state, summing to 1
 * @param beats accepted in the step
 * @param longestGapMillis of the step
 * @param reported worst of the step
 */
public record HistoryPoint(
    Instant t,
    @Nullable Long height,
    @Nullable Long lagEpochs,
    State state,
    Map<State, Double> shares,
    long beats,
    int longestGapMillis,
    Reported reported) {
  public HistoryPoint {
    shares = Map.copyOf(shares);
  }
}
