package fil.heartbeat.alert;

import fil.heartbeat.config.AlertRule;
import fil.heartbeat.config.AlertsConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why nobody is told that an alert fires. That it is over is told all the same. */
final class Holds {

  /** Trouble of a node that flaps is told once it lasts for so long: it is no flapping then. */
  static final Duration MOST_FLAPPING = Duration.ofMinutes(5);

  private final Incidents incidents;
  private Duration isolationLimit;

  Holds(AlertsConfig config, Incidents incidents) {
    this.incidents = incidents;
    this.isolationLimit = config.isolationLimit();
  }

  void config(AlertsConfig next) {
    isolationLimit = next.isolationLimit();
  }

  /**
   * What holds it back; null when nothing does.
   *
   * @param open the windows of maintenance that are open now
   * @param cause of the alert, see {@link #cause}
   */
  @Nullable String of(
      Incident incident, Set<MaintenanceWindow> open, @Nullable Incident cause, Instant now) {
    if (!incident.isFiring() || incident.key.rule() == AlertRule.WATCHDOG) {
      return null;
    }
    for (Silence each : incident.silences) {
      if (each.holds(now)) {
        return "silence " + each.id();
      }
    }
    for (MaintenanceWindow each : incident.windows) {
      if (open.contains(each)) {
        return "maintenance " + each.window().name();
      }
    }
    return cause == null ? null : cause.key.rule().word();
  }

  /** The alert that explains it, whether it fires already or not; null when none does. */
  @Nullable Incident cause(Incident incident, Instant now) {
    String peerId = incident.key.peerId();
    if (peerId == null) {
      return null;
    }
    String network = incident.network == null ? "" : incident.network;
    Incident cause =
        switch (incident.key.rule()) {
          case NODE_SILENT -> isolated(now);
          case NODE_DISCONNECTED -> {
            Incident isolated = isolated(now);
            yield isolated == null ? firing(AlertRule.NODE_SILENT, peerId) : isolated;
          }
          case NODE_SLOW, NODE_BEHIND, NODE_STALLED -> firing(AlertRule.NETWORK_STALLED, network);
          case NODE_FORKED -> {
            Incident lost = incidents.live(new Key(AlertRule.CONSENSUS_LOST, network));
            yield lost == null ? firing(AlertRule.FLEET_FORKED, network) : lost;
          }
          default -> null;
        };
    boolean lasts = !incident.life.activeAt().plus(MOST_FLAPPING).isAfter(now);
    return cause != null || lasts || incident.key.rule() == AlertRule.NODE_FLAPPING
        ? cause
        : firing(AlertRule.NODE_FLAPPING, peerId);
  }

  /**
   * That the fleet is isolated explains the loss of a node, but not for ever: whoever is still lost
   * then may be so for another reason. A clock that is put back makes nobody wait longer.
   */
  private @Nullable Incident isolated(Instant now) {
    Incident isolated = firing(AlertRule.FLEET_ISOLATED, "");
    Instant since = isolated == null ? null : isolated.life.startsAt();
    return since != null && Duration.between(since, now).abs().compareTo(isolationLimit) < 0
        ? isolated
        : null;
  }

  private @Nullable Incident firing(AlertRule rule, String subject) {
    Incident found = incidents.live(new Key(rule, subject));
    return found != null && found.isFiring() ? found : null;
  }
}
