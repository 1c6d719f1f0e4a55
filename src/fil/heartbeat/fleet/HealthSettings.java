package fil.heartbeat.fleet;

import java.time.Duration;

/**
 * What {@link LocalHealth} judges its own process by.
 *
 * @param tick how often {@link LocalHealth#tick} is to be called at least
 * @param lateAfter lateness below this is everyday scheduling and ignored
 * @param pauseAfter lateness from here on is a pause: the time does not count against any node
 * @param lateUnit lateness that adds 1 to the stretch: the detector's minimum deviation, so what
 *     delays all beats by as much as a beat may vary doubles the timeouts
 * @param mostStretch the largest factor on timeouts
 * @param halfLife in which the stretch loses half of what is above 1
 * @param drainShare after a pause this share of it is allowed for reading what queued up
 * @param mostDrain and never more than this: kernels queue in megabytes, beats are small
 */
public record HealthSettings(
    Duration tick,
    Duration lateAfter,
    Duration pauseAfter,
    Duration lateUnit,
    double mostStretch,
    Duration halfLife,
    double drainShare,
    Duration mostDrain) {

  /** The defaults. */
  public static final HealthSettings DEFAULT =
      new HealthSettings(
          Duration.ofMillis(100),
          Duration.ofMillis(100),
          Duration.ofSeconds(1),
          Duration.ofMillis(500),
          4,
          Duration.ofSeconds(10),
          0.25,
          Duration.ofSeconds(10));

  /**
   * @throws IllegalArgumentException naming the component that is out of range
   */
  public HealthSettings {
    require(tick.toMillis() >= 1, "tick", tick, "1ms or more");
    require(lateAfter.toMillis() >= 1, "lateAfter", lateAfter, "1ms or more");
    require(pauseAfter.compareTo(lateAfter) >= 0, "pauseAfter", pauseAfter, "lateAfter or more");
    require(lateUnit.toMillis() >= 1, "lateUnit", lateUnit, "1ms or more");
    require(mostStretch >= 1 && mostStretch <= 100, "mostStretch", mostStretch, "1 to 100");
    require(halfLife.toMillis() >= 1, "halfLife", halfLife, "1ms or more");
    require(drainShare >= 0 && drainShare <= 1, "drainShare", drainShare, "0 to 1");
    require(!mostDrain.isNegative(), "mostDrain", mostDrain, "0 or more");
  }

  private static void require(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + " is " + value + ", expected " + expected);
    }
  }
}
