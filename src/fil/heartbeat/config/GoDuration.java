package fil.heartbeat.config;

import java.time.Duration;

/** Durations as Go writes them: {@code 300ms}, {@code 1.5h}, {@code 1m30s}, {@code 0}. */
public final class GoDuration {
  private GoDuration() {}

  /**
   * @throws IllegalArgumentException that names the text and the expected form
   */
  public static Duration parse(String text) {
    throw new UnsupportedOperationException();
  }

  /** The text that Go prints for the duration. */
  public static String format(Duration duration) {
    throw new UnsupportedOperationException();
  }
}
