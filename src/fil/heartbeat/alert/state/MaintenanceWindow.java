package fil.heartbeat.alert.state;

import fil.heartbeat.config.AlertsConfig.Maintenance;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;

/** Computes when a maintenance window is open. */
public record MaintenanceWindow(Maintenance window) {

  /**
   * Whether it is open, judged only by the local time of its zone. A local hour that is skipped
   * when clocks go forward is lost; one that occurs twice is inside or outside both times. A window
   * that began on a skipped day still ends.
   */
  public boolean holds(Instant now) {
    LocalDateTime local = now.atZone(window.zone()).toLocalDateTime();
    LocalTime time = local.toLocalTime();
    DayOfWeek today = local.getDayOfWeek();
    boolean begun = !time.isBefore(window.from());
    boolean unended = time.isBefore(window.to());
    boolean overMidnight = !window.to().isAfter(window.from());
    return overMidnight
        ? (begun && isOn(today)) || (unended && isOn(today.minus(1)))
        : begun && unended && isOn(today);
  }

  private boolean isOn(DayOfWeek day) {
    return window.days().isEmpty() || window.days().contains(day);
  }
}
