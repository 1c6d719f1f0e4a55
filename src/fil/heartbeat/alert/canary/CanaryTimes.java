package fil.heartbeat.alert.canary;

import java.time.Duration;

/**
 * When the canary beats and dials.
 *
 * @param first from the start to the first beat
 * @param period between beats
 * @param minBackoff from a failed dial or a lost connection to the next dial; doubles each time
 *     until a beat is written
 * @param maxBackoff the longest such time
 */
record CanaryTimes(Duration first, Duration period, Duration minBackoff, Duration maxBackoff) {

  static final CanaryTimes DEFAULT =
      new CanaryTimes(
          Duration.ofSeconds(3),
          Duration.ofSeconds(60),
          Duration.ofSeconds(1),
          Duration.ofSeconds(30));
}
