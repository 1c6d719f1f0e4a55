package fil.heartbeat.client;

import java.time.Duration;
import java.util.List;
import org.slf4j.event.Level;

/**
 * The log level of a recurring failure: the first is a warning, later ones are debug, and after 1,
 * 5, 15 and 60 minutes, and each hour from then on, one is a warning again, which should say how
 * long it has lasted. A success starts over. Has no clock and writes nothing. One thread at a time.
 */
public final class FailureLog {

  /** Soon after a mistake, but rarely enough not to fill the log of a day. */
  private static final List<Duration> REMINDERS =
      List.of(
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(15),
          Duration.ofHours(1));

  private static final Duration LATER = Duration.ofHours(1);

  private boolean failing;
  private long sinceNanos;
  private int reminders;
  private Duration next = REMINDERS.get(0);

  /** Records a failure; returns the level of its line: WARN or DEBUG. */
  public Level failed(long nowNanos) {
    if (!failing) {
      failing = true;
      sinceNanos = nowNanos;
      reminders = 0;
      next = REMINDERS.get(0);
      return Level.WARN;
    }
    Duration lasts = lasting(nowNanos);
    if (lasts.compareTo(next) >= 0) {
      // Reminders that passed without a failure are skipped.
      while (next.compareTo(lasts) <= 0) {
        reminders++;
        next = reminders < REMINDERS.size() ? REMINDERS.get(reminders) : next.plus(LATER);
      }
      return Level.WARN;
    }
    return Level.DEBUG;
  }

  /**
   * Records a success.
   *
   * @return whether it ends a failure
   */
  public boolean succeeded() {
    boolean ended = failing;
    failing = false;
    return ended;
  }

  /** How long failures have lasted without a success; zero when there is none. */
  public Duration lasting(long nowNanos) {
    return failing ? Duration.ofNanos(nowNanos - sinceNanos) : Duration.ZERO;
  }
}
