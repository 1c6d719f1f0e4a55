package fil.heartbeat.fleet;

import java.time.Duration;

/**
 * The settings by which {@link LocalHealth} judges its own process.
 *
 * @param tick longest time between calls of {@link LocalHealth#tick}
 * @param lateAfter lateness below this is normal scheduling and ignored
 * @param pauseAfter lateness from here on is a pause: the time does not count against any node
 * @param lateUnit lateness that adds 1 to the stretch: the detector's minimum deviation, so a delay
 *     of all beats by their usual variation doubles the timeouts
 * @param mostStretch the largest factor on timeouts
 * @param halfLife time in which the part of the stretch above 1 halves
 * @param drainShare fraction of a pause that is allowed afterwards for reading the queued data
 * @param mostDrain the most that is allowed for it: kernels queue megabytes, beats are small
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
