package fil.heartbeat.config;

import java.time.Duration;
import org.slf4j.event.Level;

/**
 * How loud a failure that goes on is: the first is a warning, later ones are debug, and every ten
 * minutes one is an error that is to say for how long. A success starts over. Holds no clock and
 * writes nothing. One thread at a time.
 */
public final class FailureLog {

  /** Often enough to be seen in a day's log, seldom enough not to fill it. */
  public static final Duration REMINDER = Duration.ofMinutes(10);

  private boolean failing;
  private long sinceNanos;
  private long remindedNanos;

  /** A failure happened; the level of its line: WARN, DEBUG or ERROR. */
  public Level failed(long nowNanos) {
    if (!failing) {
      failing = true;
      sinceNanos = nowNanos;
      remindedNanos = nowNanos;
      return Level.WARN;
    }
    if (nowNanos - remindedNanos >= REMINDER.toNanos()) {
      remindedNanos = nowNanos;
      return Level.ERROR;
    }
    return Level.DEBUG;
  }

  /**
   * A success happened.
   *
   * @return whether it ends a failure
   */
  public boolean succeeded() {
    boolean ended = failing;
    failing = false;
    return ended;
  }

  /** For how long it has failed without a success between; zero when it does not. */
  public Duration lasting(long nowNanos) {
    return failing ? Duration.ofNanos(nowNanos - sinceNanos) : Duration.ZERO;
  }
}
