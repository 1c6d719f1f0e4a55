package fil.heartbeat.alert.model;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One rule for one subject, from when its condition became true until it was resolved.
 *
 * @param labels {@code alertname, severity, network, peer_id, nickname, miner}, where they apply,
 *     and those from the configuration; as they were when it fired. They contain nothing about this
 *     aggregator, so that two aggregators send the same labels
 */
public record Alert(
    Origin origin,
    AlertStatus status,
    Severity severity,
    Map<String, String> labels,
    AlertText text,
    Times times,
    Handling handling) {

  /**
   * The identity of an alert.
   *
   * @param id of this alert, the same after a restart: receivers deduplicate by it
   * @param fingerprint of rule and subject, the same for every alert of the two
   * @param peerId the node; null when it is about a network or the aggregator
   */
  public record Origin(String id, String fingerprint, AlertRule rule, @Nullable String peerId) {}

  /**
   * When it began and ended.
   *
   * @param activeAt when its condition became true
   * @param startsAt when it fired; null while it is pending
   * @param endsAt when it was resolved; null before
   */
  public record Times(Instant activeAt, @Nullable Instant startsAt, @Nullable Instant endsAt) {}

  /**
   * What people and sinks did with it.
   *
   * @param acknowledgement null without one
   * @param suppressedBy what mutes it while it fires, such as {@code silence 3f2a}, {@code
   *     maintenance nightly}, {@code FleetIsolated}; null when nothing does
   * @param deliveries sink to its last delivery
   */
  public record Handling(
      @Nullable Acknowledgement acknowledgement,
      @Nullable String suppressedBy,
      Map<String, Delivery> deliveries) {

    /** No acknowledgement, suppression or delivery. */
    public static final Handling NONE = new Handling(null, null, Map.of());

    public Handling {
      deliveries = Map.copyOf(deliveries);
    }

    public Handling withAcknowledgement(@Nullable Acknowledgement next) {
      return new Handling(next, suppressedBy, deliveries);
    }
  }

  /**
   * The state of an alert that a sink was last notified of.
   *
   * @param status {@code FIRING} or {@code RESOLVED}
   */
  public record Delivery(AlertStatus status, Severity severity, Instant at) {}

  public Alert {
    labels = Map.copyOf(labels);
  }

  public String id() {
    return origin.id();
  }

  public String fingerprint() {
    return origin.fingerprint();
  }

  public AlertRule rule() {
    return origin.rule();
  }

  public @Nullable String peerId() {
    return origin.peerId();
  }

  public String summary() {
    return text.summary();
  }

  public @Nullable String detail() {
    return text.detail();
  }

  public Instant activeAt() {
    return times.activeAt();
  }

  public @Nullable Instant startsAt() {
    return times.startsAt();
  }

  public @Nullable Instant endsAt() {
    return times.endsAt();
  }

  public @Nullable Acknowledgement acknowledgement() {
    return handling.acknowledgement();
  }

  public @Nullable String suppressedBy() {
    return handling.suppressedBy();
  }

  public Map<String, Delivery> deliveries() {
    return handling.deliveries();
  }

  public Alert withStatus(AlertStatus next) {
    return new Alert(origin, next, severity, labels, text, times, handling);
  }

  public Alert withSeverity(Severity next) {
    return new Alert(origin, status, next, labels, text, times, handling);
  }

  public Alert withLabels(Map<String, String> next) {
    return new Alert(origin, status, severity, next, text, times, handling);
  }

  public Alert withText(AlertText next) {
    return new Alert(origin, status, severity, labels, next, times, handling);
  }

  public Alert withTimes(Times next) {
    return new Alert(origin, status, severity, labels, text, next, handling);
  }

  public Alert withHandling(Handling next) {
    return new Alert(origin, status, severity, labels, text, times, next);
  }
}
