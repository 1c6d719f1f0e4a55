package fil.heartbeat.aggregator;

import fil.heartbeat.history.Restored;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** In how many slots of the last 24 hours a node beat: two counters an hour. */
final class Uptime {
  private static final int HOURS = 24;
  private static final int SLOTS_AN_HOUR = 120;

  // 0 to 120 each.
  private final byte[] recorded = new byte[HOURS];
  private final byte[] beating = new byte[HOURS];
  private long lastHour = -1;

  void add(long hour, boolean beat) {
    add(hour, 1, beat ? 1 : 0);
  }

  void restore(Map<Long, Restored.Slots> hours) {
    hours.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(hour -> add(hour.getKey(), hour.getValue().recorded(), hour.getValue().beating()));
  }

  /** Share of the slots recorded, 0 to 1; null when there are none. */
  @Nullable Double share() {
    int all = 0;
    int beats = 0;
    for (int i = 0; i < HOURS; i++) {
      all += recorded[i];
      beats += beating[i];
    }
    return all == 0 ? null : (double) beats / all;
  }

  private void add(long hour, int slots, int beats) {
    if (hour < lastHour) {
      return;
    }
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
