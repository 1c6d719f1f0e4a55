package fil.heartbeat.alert.state;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.config.AlertsConfig.Maintenance;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Maintenance windows around changes of clocks: a window is open in exactly those minutes whose
 * local time is inside it.
 */
class MaintenanceZonesTest {
  private static final int DAY = 24 * 60;
  private static final int WEEK = 7 * DAY;
  private static final Instant FIRST = Instant.parse("2000-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("2041-01-01T00:00:00Z");

  /** How long before and after a change of clocks each minute is checked. */
  private static final int AROUND = 3 * 60;

  private static MaintenanceWindow window(
      Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone) {
    return new MaintenanceWindow(new Maintenance("nightly", Selector.ALL, days, from, to, zone));
  }

  @ParameterizedTest
  @CsvSource({
    // It would begin in the skipped hour.
    "Europe/Berlin, SUNDAY, 02:30, 03:15, 2026-03-29T00:59:59Z, false",
    "Europe/Berlin, SUNDAY, 02:30, 03:15, 2026-03-29T01:00:00Z, true",
    "Europe/Berlin, SUNDAY, 02:30, 03:15, 2026-03-29T01:14:59Z, true",
    "Europe/Berlin, SUNDAY, 02:30, 03:15, 2026-03-29T01:15:00Z, false",
    "Europe/Berlin, SUNDAY, 02:30, 04:00, 2026-03-29T01:10:00Z, true",
    // It would end in it.
    "Europe/Berlin, SUNDAY, 01:00, 02:30, 2026-03-29T00:59:59Z, true",
    "Europe/Berlin, SUNDAY, 01:00, 02:30, 2026-03-29T01:00:00Z, false",
    // In the repeated hour, half an hour occurs twice.
    "Europe/Berlin, SUNDAY, 02:00, 02:30, 2026-10-25T00:15:00Z, true",
    "Europe/Berlin, SUNDAY, 02:00, 02:30, 2026-10-25T00:45:00Z, false",
    "Europe/Berlin, SUNDAY, 02:00, 02:30, 2026-10-25T01:15:00Z, true",
    // Half an hour forward.
    "Australia/Lord_Howe, SUNDAY, 02:15, 02:45, 2026-10-03T15:30:00Z, true",
    "Australia/Lord_Howe, SUNDAY, 02:15, 02:45, 2026-10-03T15:45:00Z, false",
    // Midnight is skipped.
    "America/Havana, SUNDAY, 00:30, 01:30, 2026-03-08T05:00:00Z, true",
    "America/Havana, SATURDAY, 23:00, 01:30, 2026-03-08T05:29:59Z, true",
    // A whole Friday is skipped, on whose evening it would have begun.
    "Pacific/Apia, FRIDAY, 22:00, 02:00, 2011-12-30T10:00:00Z, true",
    "Pacific/Apia, FRIDAY, 22:00, 02:00, 2011-12-30T12:00:00Z, false",
    "Pacific/Apia, THURSDAY, 22:00, 02:00, 2011-12-30T10:30:00Z, false",
  })
  void aWindowIsOpenByLocalTime(
      ZoneId zone, DayOfWeek day, LocalTime from, LocalTime to, Instant at, boolean open) {
    assertThat(window(Set.of(day), from, to, zone).holds(at)).isEqualTo(open);
  }

  @Test
  void noMinuteInsideIsOutsideAtAnyChangeOfAnyZone() {
    Map<ZoneOffsetTransition, ZoneId> changes = changes();
    assertThat(changes).hasSizeGreaterThan(1_000);
    assertThat(changes.values()).contains(ZoneId.of("Pacific/Apia"));
    Random random = new Random(2011);
    List<String> faults = new ArrayList<>();
    changes.forEach((change, zone) -> look(change, zone, random, faults));
    assertThat(faults).isEmpty();
  }

  /** Zones that change their clocks alike at an instant have the same local times around it. */
  private static Map<ZoneOffsetTransition, ZoneId> changes() {
    Map<ZoneOffsetTransition, ZoneId> found = new HashMap<>();
    for (String id : ZoneId.getAvailableZoneIds().stream().sorted().toList()) {
      ZoneId zone = ZoneId.of(id);
      ZoneOffsetTransition next = zone.getRules().nextTransition(FIRST);
      while (next != null && next.getInstant().isBefore(LAST)) {
        found.put(next, zone);
        next = zone.getRules().nextTransition(next.getInstant());
      }
    }
    return found;
  }

  private static void look(
      ZoneOffsetTransition change, ZoneId zone, Random random, List<String> faults) {
    int before = change.getDateTimeBefore().toLocalTime().toSecondOfDay() / 60;
    int after = change.getDateTimeAfter().toLocalTime().toSecondOfDay() / 60;
    int between = before + Math.floorMod(after - before, DAY) / 2;
    DayOfWeek today = change.getDateTimeBefore().getDayOfWeek();
    look(change, new Times(Set.of(), between, after + random.nextInt(90)), zone, faults);
    look(change, new Times(Set.of(today), before - random.nextInt(90), between), zone, faults);
    Set<DayOfWeek> days = EnumSet.of(today, today.plus(random.nextInt(7) - 3));
    look(change, new Times(days, random.nextInt(DAY), random.nextInt(DAY)), zone, faults);
    look(change, new Times(Set.of(today.minus(1)), after + 30, before + 31), zone, faults);
  }

  private static void look(
      ZoneOffsetTransition change, Times times, ZoneId zone, List<String> faults) {
    MaintenanceWindow window =
        window(times.days, LocalTime.of(times.from / 60, times.from % 60), times.end(), zone);
    BitSet open = times.minutesOfTheWeek();
    long at = change.getInstant().getEpochSecond() / 60;
    for (long minute = at - AROUND; minute < at + AROUND; minute++) {
      int offset =
          (minute < at ? change.getOffsetBefore() : change.getOffsetAfter()).getTotalSeconds() / 60;
      // The first minute of 1970 was on a Thursday, the fourth day.
      int local = (int) Math.floorMod(minute + offset + 3L * DAY, (long) WEEK);
      Instant now = Instant.ofEpochSecond(minute * 60 + 59);
      if (window.holds(now) != open.get(local) && faults.size() < 10) {
        faults.add(zone + " at " + now + ": " + window);
      }
    }
  }

  /** A window in minutes of the day, and the open part of a week, computed without a calendar. */
  private record Times(Set<DayOfWeek> days, int from, int to) {
    Times {
      from = Math.floorMod(from, DAY);
      to = Math.floorMod(to, DAY);
    }

    LocalTime end() {
      return LocalTime.of(to / 60, to % 60);
    }

    BitSet minutesOfTheWeek() {
      BitSet open = new BitSet(WEEK);
      int length = to > from ? to - from : to - from + DAY;
      for (int day = 0; day < 7; day++) {
        if (days.isEmpty() || days.contains(DayOfWeek.of(day + 1))) {
          for (int minute = 0; minute < length; minute++) {
            open.set((day * DAY + from + minute) % WEEK);
          }
        }
      }
      return open;
    }
  }
}
