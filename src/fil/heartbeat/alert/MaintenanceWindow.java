package fil.heartbeat.alert;

import fil.heartbeat.config.AlertsConfig.Maintenance;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;

/** When a window of maintenance is open. */
record MaintenanceWindow(Maintenance window) {

  /**
   * Whether it is open. Begin and end are what a clock on the wall shows. One that is skipped when
   * clocks are put forward comes as much later; of one that comes twice, the first begins a window
   * and the second ends it.
   */
  boolean holds(Instant now) {
    LocalDate today = now.atZone(window.zone()).toLocalDate();
    return begunOn(today, now) || begunOn(today.minusDays(1), now);
  }

  private boolean begunOn(LocalDate day, Instant now) {
    if (!window.days().isEmpty() && !window.days().contains(day.getDayOfWeek())) {
      return false;
    }
    boolean overMidnight = !window.to().isAfter(window.from());
    ZonedDateTime from = day.atTime(window.from()).atZone(window.zone());
    ZonedDateTime to =
        day.plusDays(overMidnight ? 1 : 0)
            .atTime(window.to())
            .atZone(window.zone())
            .withLaterOffsetAtOverlap();
    return !now.isBefore(from.toInstant()) && now.isBefore(to.toInstant());
  }
}
