package fil.heartbeat.alert.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The alert role in numbers.
 *
 * @param dropped alerts that were not stored or not sent, ever, by reason
 * @param evaluationSeconds of the last evaluation
 * @param roundsFailed evaluations that failed, ever; they come once a second
 * @param failingSince since when none has succeeded; null when the last one did
 * @param canary the stages of the canary's last round; null before the first
 */
public record AlertStats(
    Map<String, Long> dropped,
    double evaluationSeconds,
    long roundsFailed,
    @Nullable Instant failingSince,
    List<SinkStats> sinks,
    @Nullable CanaryStats canary) {
  public AlertStats {
    dropped = Map.copyOf(dropped);
    sinks = List.copyOf(sinks);
  }

  /** When no evaluation has failed. */
  public AlertStats(
      Map<String, Long> dropped,
      double evaluationSeconds,
      List<SinkStats> sinks,
      @Nullable CanaryStats canary) {
    this(dropped, evaluationSeconds, 0, null, sinks, canary);
  }

  /**
   * One sink.
   *
   * @param delivered notifications, ever
   * @param failed attempts, ever, by kind
   * @param waiting alerts that it is still to be notified of
   * @param lastError of the last attempt; null when it succeeded or there was none
   */
  public record SinkStats(
      String name,
      String type,
      long delivered,
      Map<String, Long> failed,
      int waiting,
      @Nullable String lastError,
      @Nullable Instant lastDelivery) {
    public SinkStats {
      failed = Map.copyOf(failed);
    }
  }

  /**
   * How long the canary's last round took until each stage, and when it ended.
   *
   * @param healthy whether a round ended lately
   * @param visibleSeconds from the beat to the aggregator's answer
   * @param ruleSeconds to the rule
   * @param deliveredSeconds to the delivery of the notification
   */
  public record CanaryStats(
      boolean healthy,
      Instant endedAt,
      double visibleSeconds,
      double ruleSeconds,
      double deliveredSeconds) {}
}
