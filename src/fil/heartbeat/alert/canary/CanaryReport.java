package fil.heartbeat.alert.canary;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of the canary.
 *
 * @param healthy whether a round was delivered within the last 150 s and took at most 15 s; true
 *     also in the first 150 s
 * @param beats written
 * @param delivered completed rounds, late ones included
 * @param last the last completed round; null before the first
 */
public record CanaryReport(
    boolean healthy, long beats, long delivered, CanaryReport.@Nullable Round last) {

  /**
   * One beat's path through this process.
   *
   * @param endedAt when it was delivered
   * @param visibleSeconds from the beat to the aggregator's answer that contains it
   * @param ruleSeconds from the beat to the evaluation of the rule
   * @param deliveredSeconds from the beat to the delivery of the notification
   */
  public record Round(
      long number,
      Instant endedAt,
      double visibleSeconds,
      double ruleSeconds,
      double deliveredSeconds) {}
}
