package fil.heartbeat.fleet;

import java.time.Duration;
import java.util.Arrays;

/**
 * Decides when one node's beats are overdue: the phi accrual failure detector (Hayashibara, Défago,
 * Yared, Katayama: "The φ Accrual Failure Detector", SRDS 2004) over the last intervals between its
 * beats, taken as normally distributed, with the acceptable pause of Akka's implementation added to
 * their mean. Instead of asking for phi over and over, the elapsed time at which phi reaches the
 * threshold is solved for, so that a node is checked once, when it is due:
 *
 * <pre>timeout = mean + pause + z(phi) × max(deviation, minimum), within floor and ceiling</pre>
 *
 * <p>With the defaults a regular sender is silent after mean + 4.8 s (3 s beats: 7.8 s; the floor
 * of 2.5 means takes over from 3.2 s on). Before the tenth sample the rhythm is unknown and the
 * timeout is 30 s or three times the longest interval, whichever is longer.
 *
 * <p>An interval that spans a reconnect, a silence or a pause of this process is not a sample: it
 * shows nothing about the rhythm. A node whose rhythm changed for good would then be silent before
 * each of its beats, so after {@link #CHANGED_AFTER} such intervals in a row (one, when the window
 * is empty) the window is cleared and the last of them becomes its first sample.
 *
 * <p>A beat costs a few additions; the window holds whole milliseconds, whose sums are exact and
 * cannot drift. Times are monotonic nanoseconds. Not thread-safe.
 */
public final class Detector {
  /** Overdue beats in a row, without one in time between them, that make a new rhythm. */
  static final int CHANGED_AFTER = 3;

  /**
   * Longest interval stored, in milliseconds: twice the slowest allowed beat period. With {@link
   * DetectorSettings#MAX_WINDOW} the sum of squares fits a long.
   */
  static final int LONGEST = 48 * 60 * 60 * 1000;

  private static final int FIRST_CAPACITY = 16;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final DetectorSettings settings;
  private final double deviations;
  private int[] intervals = new int[0];
  private int samples;
  private int next;
  private long sum;
  private long sumOfSquares;
  private int longest;
  private int overdueBeats;
  private long since;
  private boolean beaten;
  private boolean silent;
  private long timeout;

  /** Creates the detector of a node that connected at {@code now} and has sent no beat yet. */
  public Detector(DetectorSettings settings, long now) {
    this.settings = settings;
    deviations = NormalTail.deviations(settings.phi());
    since = now;
    timeout = timeoutOfWindow();
  }

  /** A beat arrived at {@code now}. It ends a silence. */
  public void beat(long now, LocalHealth health) {
    if (beaten && !health.spoils(since)) {
      int interval = (int) Math.min(LONGEST, (now - since + NANOS_PER_MILLI / 2) / NANOS_PER_MILLI);
      take(Math.max(0, interval), silent || overdue(now, health));
    }
    since = now;
    beaten = true;
    silent = false;
  }

  private void take(int interval, boolean late) {
    if (!late) {
      overdueBeats = 0;
      sample(interval);
    } else if (++overdueBeats >= CHANGED_AFTER || samples == 0) {
      overdueBeats = 0;
      samples = 0;
      next = 0;
      sum = 0;
      sumOfSquares = 0;
      longest = interval;
    }
    timeout = timeoutOfWindow();
  }

  private void sample(int interval) {
    if (samples == settings.window()) {
      int oldest = intervals[next];
      sum -= oldest;
      sumOfSquares -= (long) oldest * oldest;
    } else {
      if (samples == intervals.length) {
        int capacity = Math.max(FIRST_CAPACITY, 2 * samples);
        intervals = Arrays.copyOf(intervals, Math.min(settings.window(), capacity));
      }
      samples++;
    }
    intervals[next] = interval;
    next = (next + 1) % settings.window();
    sum += interval;
    sumOfSquares += (long) interval * interval;
    longest = Math.max(longest, interval);
  }

  /**
   * The node has a new connection since {@code now}: the interval that ends with its next beat is
   * not a sample, and that beat has the whole timeout. A silence lasts until the beat.
   */
  public void reconnected(long now) {
    since = now;
    beaten = false;
  }

  /**
   * Judges at {@code now}. Once silent, a node is silent until its next beat.
   *
   * @return whether it is silent
   */
  public boolean silent(long now, LocalHealth health) {
    silent = silent || overdue(now, health);
    return silent;
  }

  /** Restores a silence from before a restart; it lasts until the next beat. */
  public void wasSilent() {
    silent = true;
  }

  /** Whether it was silent when last judged and has sent no beat since. */
  public boolean isSilent() {
    return silent;
  }

  private boolean overdue(long now, LocalHealth health) {
    return now - deadlineNanos() >= 0 && now - deadlineNanos(now, health) >= 0;
  }

  /** Returns when the node's beat is due if this process is healthy: the time to judge it. */
  public long deadlineNanos() {
    return since + timeout;
  }

  /**
   * Returns when the node's beat is due with the health of this process at {@code now}; never
   * before {@link #deadlineNanos()}.
   */
  public long deadlineNanos(long now, LocalHealth health) {
    long due = since + (long) (timeout * health.stretch(now)) + health.creditNanos(since);
    if (!health.spoils(since)) {
      return due;
    }
    long settled = health.settledNanos() + (long) (meanMillis() * NANOS_PER_MILLI);
    return due - settled > 0 ? due : settled;
  }

  /** Returns the time from the last beat or connection to {@link #deadlineNanos()}. */
  public Duration timeout() {
    return Duration.ofNanos(timeout);
  }

  /**
   * Returns phi at {@code now}, for people and metrics: 1 when one in ten beats of a living node
   * would come even later, 8 when one in a hundred million. 0 before the window has enough samples.
   * The floor, the ceiling and poor health of this process can make the judgement differ from this
   * threshold.
   */
  public double phi(long now, LocalHealth health) {
    if (samples < settings.warmUp()) {
      return 0;
    }
    double elapsed = (double) (now - since - health.creditNanos(since)) / NANOS_PER_MILLI;
    double late = elapsed - meanMillis() - acceptablePauseMillis();
    return NormalTail.phi(late / deviationMillis());
  }

  private double acceptablePauseMillis() {
    return settings.acceptablePause().toMillis();
  }

  /** Returns the mean of the sampled intervals, in milliseconds; 0 without samples. */
  public double meanMillis() {
    return samples == 0 ? longest : (double) sum / samples;
  }

  private double deviationMillis() {
    double mean = meanMillis();
    double variance = Math.max(0, (double) sumOfSquares / samples - mean * mean);
    return Math.max(Math.sqrt(variance), (double) settings.minimumDeviation().toMillis());
  }

  private long timeoutOfWindow() {
    double millis;
    if (samples < settings.warmUp()) {
      double known = (double) settings.warmUpFactor() * longest;
      millis = Math.max((double) settings.warmUpTimeout().toMillis(), known);
    } else {
      double floor = settings.floor() * meanMillis();
      double ceiling = Math.max((double) settings.ceiling().toMillis(), floor);
      double accrued = meanMillis() + acceptablePauseMillis() + deviations * deviationMillis();
      millis = Math.min(ceiling, Math.max(floor, accrued));
    }
    return (long) (millis * NANOS_PER_MILLI);
  }
}
