package fil.heartbeat.alert;

import fil.heartbeat.config.AlertRule;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why nobody is told that an alert fires. That it is over is told all the same. */
final class Holds {

  /** Trouble of a node that flaps is told once it lasts for so long: it is no flapping then. */
  static final Duration MOST_FLAPPING = Duration.ofMinutes(5);

  private final Incidents incidents;

  Holds(Incidents incidents) {
    this.incidents = incidents;
  }

  /**
   * What holds it back; null when nothing does.
   *
   * @param open the windows of maintenance that are open now
   */
  @Nullable String of(Incident incident, Set<MaintenanceWindow> open, Instant now) {
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
    AlertRule cause = cause(incident, now);
    return cause == null ? null : cause.word();
  }

  /** The rule that explains it. */
  private @Nullable AlertRule cause(Incident incident, Instant now) {
    String peerId = incident.key.peerId();
    if (peerId == null) {
      return null;
    }
    String network = incident.network == null ? "" : incident.network;
    AlertRule cause =
        switch (incident.key.rule()) {
          case NODE_SILENT -> fires(AlertRule.FLEET_ISOLATED, "");
          case NODE_DISCONNECTED -> {
            AlertRule isolated = fires(AlertRule.FLEET_ISOLATED, "");
            yield isolated == null ? fires(AlertRule.NODE_SILENT, peerId) : isolated;
          }
          case NODE_SLOW, NODE_BEHIND, NODE_STALLED -> fires(AlertRule.NETWORK_STALLED, network);
          case NODE_FORKED ->
              incidents.isLive(AlertRule.CONSENSUS_LOST, network)
                  ? AlertRule.CONSENSUS_LOST
                  : fires(AlertRule.FLEET_FORKED, network);
          default -> null;
        };
    boolean lasts = !incident.life.activeAt().plus(MOST_FLAPPING).isAfter(now);
    return cause != null || lasts || incident.key.rule() == AlertRule.NODE_FLAPPING
        ? cause
        : fires(AlertRule.NODE_FLAPPING, peerId);
  }

  private @Nullable AlertRule fires(AlertRule rule, String subject) {
    return incidents.isFiring(rule, subject) ? rule : null;
  }
}
