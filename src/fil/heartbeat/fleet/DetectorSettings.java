package fil.heartbeat.fleet;

import java.time.Duration;

/**
 * The settings of a {@link Detector}. Beats are sent by a clock over TCP, so their intervals are
 * regular for hours and then late by a garbage collection, a retransmission or a busy node; the
 * plain distribution of a regular sender has no width and would report each of these as a failure.
 *
 * @param window intervals stored, 10 to {@link #MAX_WINDOW}. 200 are ten minutes of 3 s beats: wide
 *     enough for a steady estimate, short enough to follow a path that became lossy
 * @param minimumDeviation used when the intervals deviate less: the delay of scheduling and one or
 *     two retransmissions
 * @param acceptablePause added to the mean: a short stop of a node (garbage collection, checkpoint)
 *     is not a failure
 * @param phi the threshold: minus the decimal logarithm of the chance that a beat of a living node
 *     comes later still. 8 is one in a hundred million, an hour of the beats of 80 000 nodes at 3 s
 * @param floor a timeout is never below this many mean intervals: one lost beat is not a failure
 * @param ceiling a timeout is never above this, unless the floor is: an erratic sender must not
 *     escape detection
 * @param warmUp samples before the window is used
 * @param warmUpTimeout the timeout until then, unless the next is longer
 * @param warmUpFactor times the longest interval so far
 */
public record DetectorSettings(
    int window,
    Duration minimumDeviation,
    Duration acceptablePause,
    double phi,
    double floor,
    Duration ceiling,
    int warmUp,
    Duration warmUpTimeout,
    int warmUpFactor) {

  /**
   * Largest window, one int for each interval of a node; up to it the sums of a {@link Detector}
   * are exact.
   */
  public static final int MAX_WINDOW = 300;

  /** The defaults. */
  public static final DetectorSettings DEFAULT =
      new DetectorSettings(
          200,
          Duration.ofMillis(500),
          Duration.ofSeconds(2),
          8,
          2.5,
          Duration.ofSeconds(120),
          10,
          Duration.ofSeconds(30),
          3);

  /**
   * @throws IllegalArgumentException naming the component that is out of range
   */
  public DetectorSettings {
    require(window >= 10 && window <= MAX_WINDOW, "window", window, "10 to " + MAX_WINDOW);
    require(minimumDeviation.toMillis() >= 1, "minimumDeviation", minimumDeviation, "1ms or more");
    require(!acceptablePause.isNegative(), "acceptablePause", acceptablePause, "0 or more");
    require(phi >= 1 && phi <= 100, "phi", phi, "1 to 100");
    require(floor >= 1 && floor <= 100, "floor", floor, "1 to 100");
    require(ceiling.toMillis() >= 1, "ceiling", ceiling, "1ms or more");
    require(warmUp >= 2 && warmUp <= window, "warmUp", warmUp, "2 to the window");
    require(warmUpTimeout.toMillis() >= 1, "warmUpTimeout", warmUpTimeout, "1ms or more");
    require(warmUpFactor >= 1 && warmUpFactor <= 100, "warmUpFactor", warmUpFactor, "1 to 100");
  }

  private static void require(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + " is " + value + ", expected " + expected);
    }
  }
}
