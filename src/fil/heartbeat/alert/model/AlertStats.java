package fil.heartbeat.alert.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counters of alerting.
 *
 * @param dropped alerts that were not stored or not sent since the start, by reason
 * @param evaluationSeconds duration of the last evaluation
 * @param roundsFailed failed evaluations since the start, at most one a second
 * @param failingSince when evaluation began to fail; null when the last one succeeded
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

  /** Without failed evaluations. */
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
   * @param delivered notifications since the start
   * @param failed attempts since the start, by kind
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
   * @param healthy whether a round ended recently
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
