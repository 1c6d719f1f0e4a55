package fil.heartbeat.fleet;

import java.time.Duration;

/**
 * How well the observer itself is: whoever slept must not call the others silent. The part of
 * Lifeguard (Dadgar, Phillips, Currey: "Lifeguard: Local Health Awareness for More Accurate Failure
 * Detection", DSN-W 2018) that a star without indirect probes can use.
 *
 * <p>A stop of {@link HealthSettings#pauseAfter} or more (SIGSTOP, collection, stalled event loop,
 * sleeping machine) is a pause: its time is credited to every node, and what queued up meanwhile
 * gets time to be read. Smaller lateness stretches timeouts, by a bounded factor that decays.
 *
 * <p>Times are monotonic nanoseconds. Linux's monotonic clock goes on through SIGSTOP but stands
 * still while the machine sleeps; that shows as a wall clock that ran ahead of it. Call {@link
 * #tick} before anything is judged at a moment, or the first node judged after a pause is judged
 * without it.
 *
 * <p>Not safe for use by several threads.
 */
public final class LocalHealth {
  /**
   * Pauses remembered. More than this within the timeout of one node means a node that beats seldom
   * or a process that hardly runs; forgotten ones are not credited.
   */
  static final int MAX_PAUSES = 64;

  /** Milliseconds, a year: a clock may be set by any amount. */
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

  /** Well at {@code now}, with the wall clock at {@code wallMillis}. */
  public LocalHealth(HealthSettings settings, long now, long wallMillis) {
    this.settings = settings;
    lastTick = now;
    lastWall = wallMillis;
    settled = now;
    illAt = now;
  }

  /**
   * The observer runs at {@code now}. To be called every {@link HealthSettings#tick} at least; more
   * often does no harm.
   *
   * @param wallMillis of the wall clock, which may be set: forwards costs one short grace
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
   * Something of ours held up the reading of beats for {@code nanos} until {@code now}: a
   * collection, an event loop that is behind or whose answer is outstanding that long. Overlapping
   * tales of one pause count once.
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

  /** Nanoseconds since {@code since} in which the observer was paused. */
  public long creditNanos(long since) {
    long credit = 0;
    for (int i = pauses - 1; i >= 0 && ends[i] - since > 0; i--) {
      credit += ends[i] - (starts[i] - since > 0 ? starts[i] : since);
    }
    return credit;
  }

  /** When all that queued up in the last pause should be read; past when there was none. */
  public long settledNanos() {
    return settled;
  }

  /** Whether an interval that began at {@code since} says more of us than of the node. */
  public boolean spoils(long since) {
    return pauses > 0 && settled - since > 0;
  }

  /** The factor on timeouts at {@code now}: 1 when well, at most {@link HealthSettings}'s. */
  public double stretch(long now) {
    if (ill == 0) {
      return 1;
    }
    Duration halfLife = settings.halfLife();
    return 1 + ill * Math.pow(0.5, (double) Math.max(0, now - illAt) / halfLife.toNanos());
  }
}
