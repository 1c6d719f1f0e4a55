package fil.heartbeat.client;

import java.time.Duration;

/**
 * How long to wait after failures in a row: twice as long each time.
 *
 * @param first the wait after one failure
 * @param max the longest wait
 * @param doublings after so many the wait does not grow, 0 to 30
 */
public record Backoff(Duration first, Duration max, int doublings) {

  /**
   * The wait after the last of them.
   *
   * @param failures 1 or more
   */
  public Duration after(int failures) {
    Duration wait = first.multipliedBy(1L << Math.min(failures - 1, doublings));
    return wait.compareTo(max) > 0 ? max : wait;
  }
}
