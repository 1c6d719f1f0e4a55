package fil.heartbeat.client;

import java.time.Duration;

/**
 * The wait after consecutive failures: doubled each time.
 *
 * @param first the wait after one failure
 * @param max the longest wait
 */
public record Backoff(Duration first, Duration max) {

  /** A millisecond becomes twelve days, and a day still fits a duration. */
  private static final int MAX_DOUBLINGS = 30;

  /**
   * The wait after the last failure.
   *
   * @param failures in a row, 1 or more
   */
  public Duration after(int failures) {
    Duration wait = first.multipliedBy(1L << Math.min(failures - 1, MAX_DOUBLINGS));
    return wait.compareTo(max) > 0 ? max : wait;
  }
}
