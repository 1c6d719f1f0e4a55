package fil.heartbeat.client;

import java.time.Duration;

/**
 * How long to wait after failures in a row: twice as long each time.
 *
 * @param first the wait after one failure
 * @param max the longest wait
 */
public record Backoff(Duration first, Duration max) {

  /** A millisecond becomes twelve days, and a day nothing that a duration cannot hold. */
  private static final int MAX_DOUBLINGS = 30;

  /**
   * The wait after the last of them.
   *
   * @param failures 1 or more
   */
  public Duration after(int failures) {
    Duration wait = first.multipliedBy(1L << Math.min(failures - 1, MAX_DOUBLINGS));
    return wait.compareTo(max) > 0 ? max : wait;
  }
}
