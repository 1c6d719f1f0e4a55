package fil.heartbeat.fleet;

import java.time.Duration;
import java.util.Arrays;

/**
 * Decides when one node's beats are overdue: the phi accrual failure detector (Hayashibara, Défago,
 * Yared, Katayama: "The φ Accrual Failure Detector", SRDS 2004) over the last intervals between its
 * beats, taken as normally distributed, with the acceptable pause of Akka's implementation added to
 * their mean. Instead of asking for phi over and over, the elapsed time at which phi reaches the
 * threshold is solved for, so that a node is looked at once, when it is due:
 *
 * <pre>timeout = mean + pause + z(phi) × max(deviation, minimum), within floor and ceiling</pre>
 *
 * <p>With the defaults a regular sender is silent after mean + 4.8 s (3 s beats: 7.8 s; the floor
 * of 2.5 means takes over from 3.2 s on). Before the tenth sample nothing is known of the rhythm
 * and the timeout is 30 s or three times the longest interval.
 *
 * <p>No interval is a sample that spans a reconnect, a silence or a pause of our own: these say
 * nothing of the rhythm. A node whose rhythm changed for good would then be silent before each of
 * its beats, so after {@link #CHANGED_AFTER} such intervals in a row (the first one, when nothing
 * is known yet) the window is forgotten and the last of them is what is known.
 *
 * <p>A beat costs a few additions; the window is kept as whole milliseconds, whose sums are exact
 * and cannot drift. Times are monotonic nanoseconds. Not safe for use by several threads.
 */
public final class Detector {
  /** Overdue beats in a row, none in time between them, that are a new rhythm. */
  static final int CHANGED_AFTER = 3;

  /**
   * Longest interval remembered, in milliseconds: twice the slowest beat period there is. With
   * {@link DetectorSettings#MAX_WINDOW} it keeps the sum of squares within a long.
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

  /** For a node that connected at {@code now} and has not beaten. */
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
   * no sample, and it has the whole timeout for that beat. A silence lasts until the beat.
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

  /** It was silent before this process knew it, and still is until its next beat. */
  public void wasSilent() {
    silent = true;
  }

  /** Whether it was silent when last judged and has not beaten since. */
  public boolean isSilent() {
    return silent;
  }

  private boolean overdue(long now, LocalHealth health) {
    return now - deadlineNanos() >= 0 && now - deadlineNanos(now, health) >= 0;
  }

  /** When the node is due if the observer is well: the time to judge it. */
  public long deadlineNanos() {
    return since + timeout;
  }

  /** When the node is due, as the observer's health is at {@code now}; never before the other. */
  public long deadlineNanos(long now, LocalHealth health) {
    long due = since + (long) (timeout * health.stretch(now)) + health.creditNanos(since);
    if (!health.spoils(since)) {
      return due;
    }
    long settled = health.settledNanos() + (long) (meanMillis() * NANOS_PER_MILLI);
    return due - settled > 0 ? due : settled;
  }

  /** From the last beat or connection to {@link #deadlineNanos()}. */
  public Duration timeout() {
    return Duration.ofNanos(timeout);
  }

  /**
   * Phi at {@code now}, for people and metrics: 1 when one living node in ten would still be waited
   * for, 8 when one in a hundred million. 0 before the window is believed. Floor, ceiling and ill
   * health of our own move the judgement away from the threshold.
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

  /** Mean of the intervals known, in milliseconds; 0 when none is. */
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
