package fil.heartbeat.fleet;

import java.time.Duration;

/**
 * The health of this process as an observer: after a pause of its own it must not report others as
 * silent. Implements the part of Lifeguard (Dadgar, Phillips, Currey: "Lifeguard: Local Health
 * Awareness for More Accurate Failure Detection", DSN-W 2018) that a star without indirect probes
 * can use.
 *
 * <p>A stop of {@link HealthSettings#pauseAfter} or more (SIGSTOP, garbage collection, stalled
 * event loop, suspended machine) is a pause: its time is credited to every node, and time is
 * allowed for reading the data that queued up. Smaller lateness stretches timeouts by a limited
 * factor that decays.
 *
 * <p>Times are monotonic nanoseconds. Linux's monotonic clock goes on through SIGSTOP but stops
 * while the machine is suspended; then the wall clock runs ahead of it. Call {@link #tick} before
 * anything is judged at a moment, or the first node judged after a pause is judged without it.
 *
 * <p>Not thread-safe.
 */
public final class LocalHealth {
  /**
   * Limit of stored pauses. More than this within the timeout of one node means a node with a long
   * interval or a process that hardly runs; older ones are not credited.
   */
  static final int MAX_PAUSES = 64;

  /** Limit of wall clock gaps, milliseconds (a year): a clock may be set by any amount. */
  private static final long MAX_WALL_GAP = 365L * 24 * 60 * 60 * 1000;

  private final HealthSettings settings;
  private final long[] starts = new long[MAX_PAUSES];
  private final long[] ends = new long[MAX_PAUSES];
  private int pauses;
  private long lastTick;
  private long lastWall;
  private long settled;
  private double ill;
  private long illAt;

  /** Starts in good health at {@code now}, with the wall clock at {@code wallMillis}. */
  public LocalHealth(HealthSettings settings, long now, long wallMillis) {
    this.settings = settings;
    lastTick = now;
    lastWall = wallMillis;
    settled = now;
    illAt = now;
  }

  /**
   * Records that this process runs at {@code now}. Must be called at least every {@link
   * HealthSettings#tick}; more often is harmless.
   *
   * @param wallMillis the wall clock, which may be set: a step forward costs one short grace period
   */
  public void tick(long now, long wallMillis) {
    long gap = Math.max(0, now - lastTick);
    long wallGap = Math.min(MAX_WALL_GAP, Math.max(0, wallMillis - lastWall));
    long asleep = wallGap * 1_000_000 - gap;
    lastTick = now;
    lastWall = wallMillis;
    delayed(now, gap - settings.tick().toNanos());
    if (asleep >= settings.pauseAfter().toNanos()) {
      pause(now, now, asleep);
    }
  }

  /**
   * Records that this process held up the reading of beats for {@code nanos} until {@code now}: a
   * garbage collection, or an event loop that is late by that long. Overlapping records of one
   * pause count once.
   */
  public void delayed(long now, long nanos) {
    if (nanos < settings.lateAfter().toNanos()) {
      return;
    }
    ill = Math.max(stretch(now) - 1, (double) nanos / settings.lateUnit().toNanos());
    ill = Math.min(ill, settings.mostStretch() - 1);
    illAt = now;
    if (nanos >= settings.pauseAfter().toNanos()) {
      pause(now - nanos, now, nanos);
    }
  }

  private void pause(long from, long until, long length) {
    long start = from;
    while (pauses > 0 && ends[pauses - 1] - start >= 0) {
      pauses--;
      start = starts[pauses] - start < 0 ? starts[pauses] : start;
    }
    if (pauses == MAX_PAUSES) {
      System.arraycopy(starts, 1, starts, 0, MAX_PAUSES - 1);
      System.arraycopy(ends, 1, ends, 0, MAX_PAUSES - 1);
      pauses--;
    }
    starts[pauses] = start;
    ends[pauses] = until;
    pauses++;
    long drain = Math.min(settings.mostDrain().toNanos(), (long) (length * settings.drainShare()));
    settled = settled - (until + drain) > 0 ? settled : until + drain;
  }

  /** Returns the nanoseconds since {@code since} in which this process was paused. */
  public long creditNanos(long since) {
    long credit = 0;
    for (int i = pauses - 1; i >= 0 && ends[i] - since > 0; i--) {
      credit += ends[i] - (starts[i] - since > 0 ? starts[i] : since);
    }
    return credit;
  }

  /**
   * Returns when all data queued during the last pause should be read; in the past when there was
   * no pause.
   */
  public long settledNanos() {
    return settled;
  }

  /** Whether an interval that began at {@code since} was distorted by this process. */
  public boolean spoils(long since) {
    return pauses > 0 && settled - since > 0;
  }

  /**
   * Returns the factor on timeouts at {@code now}: 1 in good health, at most {@link
   * HealthSettings#mostStretch}.
   */
  public double stretch(long now) {
    if (ill == 0) {
      return 1;
    }
    Duration halfLife = settings.halfLife();
    return 1 + ill * Math.pow(0.5, (double) Math.max(0, now - illAt) / halfLife.toNanos());
  }
}
