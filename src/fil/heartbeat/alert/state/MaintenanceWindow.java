package fil.heartbeat.alert.state;

import fil.heartbeat.config.AlertsConfig.Maintenance;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;

/** When a window of maintenance is open. */
public record MaintenanceWindow(Maintenance window) {

  /**
   * Whether it is open: by what a clock on the wall of its zone shows, and by nothing else. Of an
   * hour that is skipped when clocks are put forward there is nothing; one that comes twice is
   * inside or outside both times. A window that began on a day that was skipped ends all the same.
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
