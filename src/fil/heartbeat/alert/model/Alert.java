package fil.heartbeat.alert.model;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One rule for one subject, from when its condition became true until it was resolved.
 *
 * @param id of this alert, the same after a restart: receivers fold repetitions by it
 * @param fingerprint of rule and subject, the same for each alert of both
 * @param peerId the node; null when it is about a network or the aggregator
 * @param labels {@code alertname, severity, network, peer_id, nickname, miner}, those that apply,
 *     and those of configuration; as they were when it fired. Hold nothing of this aggregator, so
 *     that two of them tell one story
 * @param summary one line: who, and what was seen
 * @param detail what was seen, in a sentence or two, with its time; null when the summary says it
 *     all
 * @param activeAt since when what it is about holds
 * @param startsAt when it fired; null while it is pending
 * @param endsAt when it was resolved; null before
 * @param suppressedBy what mutes it while it fires, such as {@code silence 3f2a}, {@code
 *     maintenance nightly}, {@code FleetIsolated}; null when they are
 * @param deliveries sink to what was delivered to it last
 */
public record Alert(
    String id,
    String fingerprint,
    AlertRule rule,
    AlertStatus status,
    Severity severity,
    @Nullable String peerId,
    Map<String, String> labels,
    String summary,
    @Nullable String detail,
    Instant activeAt,
    @Nullable Instant startsAt,
    @Nullable Instant endsAt,
    @Nullable Acknowledgement acknowledgement,
    @Nullable String suppressedBy,
    Map<String, Delivery> deliveries) {

  /**
   * What a sink knows of an alert.
   *
   * @param status {@code FIRING} or {@code RESOLVED}
   */
  public record Delivery(AlertStatus status, Severity severity, Instant at) {}

  public Alert {
    labels = Map.copyOf(labels);
    deliveries = Map.copyOf(deliveries);
  }
}
