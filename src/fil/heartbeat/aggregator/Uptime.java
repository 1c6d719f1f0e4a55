package fil.heartbeat.aggregator;

import fil.heartbeat.history.RestoredState;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts the slots of the last 24 hours in which a node sent beats: two counters an hour. */
final class Uptime {
  private static final int HOURS = 24;
  private static final int SLOTS_AN_HOUR = 120;

  // 0 to 120 slots each.
  private final byte[] recorded = new byte[HOURS];
  private final byte[] beating = new byte[HOURS];
  private long lastHour = -1;
  private String text = "";
  private boolean changed = true;

  void add(long hour, boolean beat) {
    add(hour, 1, beat ? 1 : 0);
  }

  void restore(Map<Long, RestoredState.Slots> hours) {
    hours.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(hour -> add(hour.getKey(), hour.getValue().recorded(), hour.getValue().beating()));
  }

  /** Returns the fraction of recorded slots with beats, 0 to 1; null when none are recorded. */
  @Nullable Double share() {
    int all = 0;
    int beats = 0;
    for (int i = 0; i < HOURS; i++) {
      all += recorded[i];
      beats += beating[i];
    }
    return all == 0 ? null : (double) beats / all;
  }

  /**
   * Returns a character for each hour, the oldest first: 0 beats in no slot, 9 in each, 1 to 8
   * between; - when nothing was recorded.
   */
  String byHour() {
    if (changed) {
      StringBuilder made = new StringBuilder(HOURS);
      for (long hour = lastHour - HOURS + 1; hour <= lastHour; hour++) {
        int place = Math.floorMod(hour, HOURS);
        int all = recorded[place];
        int beats = beating[place];
        made.append(
            all == 0
                ? '-'
                : beats == 0 ? '0' : beats == all ? '9' : (char) ('1' + 8 * beats / (all + 1)));
      }
      changed = false;
      // Most slots change no character; what others keep of the earlier text stays one object.
      if (!text.contentEquals(made)) {
        text = made.toString();
      }
    }
    return text;
  }

  private void add(long hour, int slots, int beats) {
    if (hour < lastHour) {
      return;
    }
    changed = true;
    for (long gone = Math.max(lastHour + 1, hour - HOURS + 1); gone <= hour; gone++) {
      recorded[(int) (gone % HOURS)] = 0;
      beating[(int) (gone % HOURS)] = 0;
    }
    lastHour = hour;
    int place = (int) (hour % HOURS);
    recorded[place] = (byte) Math.min(SLOTS_AN_HOUR, recorded[place] + slots);
    beating[place] = (byte) Math.min(SLOTS_AN_HOUR, beating[place] + beats);
  }
}
