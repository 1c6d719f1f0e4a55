package fil.heartbeat.alert;

import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.Selector;
import fil.heartbeat.history.AlertStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What of the fleet's state matters, when it is told, to whom, and when it is over. Pure: time
 * comes in with each call. One owner thread.
 */
final class AlertEngine {
  /** The sink that {@link fil.heartbeat.config.AlertRule#CANARY} is told to, and no other. */
  static final String CANARY_SINK = "(canary)";

  private AlertsConfig config;

  /**
   * @param kept what was kept before a restart; what cannot be read of it is counted and left out
   */
  AlertEngine(AlertsConfig config, List<AlertStore.Piece> kept, Instant now) {
    this.config = config;
  }

  /** Goes on with another configuration. */
  void config(AlertsConfig next, Instant now) {
    config = next;
  }

  /** Takes what is seen; to be called each second. */
  void observe(Picture picture) {}

  /** Those pending and firing, and those over that somebody is still to be told of. */
  List<Alert> alerts() {
    return List.of();
  }

  /** Says that somebody looks after it. Empty when there is no such alert that fires. */
  Optional<Alert> acknowledge(String id, String by, String comment, Instant now) {
    return Optional.empty();
  }

  /**
   * Makes a silence.
   *
   * @throws IllegalStateException when there are too many
   */
  Silence silence(
      Selector select,
      Instant startsAt,
      Instant endsAt,
      String author,
      String comment,
      Instant now) {
    throw new IllegalStateException("silences are not taken yet, " + config.groups().size());
  }

  /** Ends a silence now. False when there is none that holds or is to come. */
  boolean unsilence(String id, Instant now) {
    return false;
  }

  /** Those that hold or are to come, and those that ended within the last day. */
  List<Silence> silences(Instant now) {
    return List.of();
  }

  /** What changed since the last call and is to be kept. */
  Unsaved takeUnsaved() {
    return new Unsaved(List.of(), List.of());
  }

  /**
   * What a sink is to be told now, at most one thing; empty while one is under way to it. Each one
   * is to be answered by {@link #delivered} or {@link #failed}.
   */
  Optional<Notification> due(String sink, Instant now) {
    return Optional.empty();
  }

  /** The sink was told. */
  void delivered(Notification told, Instant now) {}

  /** The sink was not told, or did not say so. */
  void failed(Notification untold, DeliveryException cause, Instant now) {}

  /** How many alerts a sink is still to be told of. */
  int waiting(String sink) {
    return 0;
  }

  /** Alerts and pieces that were not kept or not told, ever, by reason. */
  Map<String, Long> dropped() {
    return new TreeMap<>();
  }
}
