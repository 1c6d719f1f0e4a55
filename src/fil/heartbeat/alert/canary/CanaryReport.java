package fil.heartbeat.alert.canary;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the canary is.
 *
 * @param healthy whether a round was delivered within the last 150 s and took at most 15 s; true
 *     also in the first 150 s
 * @param beats written
 * @param delivered rounds that came to their end, late ones among them
 * @param last the last round delivered; null before the first
 */
public record CanaryReport(
    boolean healthy, long beats, long delivered, CanaryReport.@Nullable Round last) {

  /**
   * One beat's way through this process.
   *
   * @param endedAt when it was delivered
   * @param visibleSeconds from the beat to the aggregator's answer that tells it
   * @param ruleSeconds from the beat to the rule
   * @param deliveredSeconds from the beat to the delivery of the notification
   */
  public record Round(
      long number,
      Instant endedAt,
      double visibleSeconds,
      double ruleSeconds,
      double deliveredSeconds) {}
}
