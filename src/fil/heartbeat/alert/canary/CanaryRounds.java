package fil.heartbeat.alert.canary;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The canary's beats and how far they came. Holds no clock: times come in, of a monotonic one. One
 * thread at a time.
 */
final class CanaryRounds {

  /** Two beats may be lost before it is ill, and the third has time to come through. */
  static final Duration HEALTHY_FOR = Duration.ofSeconds(150);

  /** A round that took longer is no sign of health. */
  static final Duration MAX_ROUND = Duration.ofSeconds(15);

  /**
   * Rounds under way. The healthy one ends before the next begins; one that is older than these has
   * long been too late to say anything.
   */
  static final int MAX_OPEN = 4;

  private static final double NANOS = 1e9;
  private static final long NOT_YET = -1;

  /** Nanoseconds since the beat. */
  private static final class Open {
    final long beatNanos;
    long visible = NOT_YET;
    long rule = NOT_YET;

    Open(long beatNanos) {
      this.beatNanos = beatNanos;
    }
  }

  private final TreeMap<Long, Open> open = new TreeMap<>();
  private long newest;
  private long delivered;
  private long healthyNanos;
  private CanaryReport.@Nullable Round last;

  /**
   * @param nowNanos from when on it counts as healthy for a while
   */
  CanaryRounds(long nowNanos) {
    this.healthyNanos = nowNanos;
  }

  /** A beat is to be written now; answers its number, one more than the last, from 1. */
  long begin(long nowNanos) {
    newest++;
    open.put(newest, new Open(nowNanos));
    if (open.size() > MAX_OPEN) {
      open.remove(open.firstKey());
    }
    return newest;
  }

  /** The aggregator told that this is the newest beat it saw; again and again is no news. */
  void seen(long number, long nowNanos) {
    Open round = open.get(number);
    if (round != null && round.visible == NOT_YET) {
      round.visible = nowNanos - round.beatNanos;
    }
  }

  /** The rule was raised for the beat. */
  void ruled(long number, long nowNanos) {
    seen(number, nowNanos);
    Open round = open.get(number);
    if (round != null && round.rule == NOT_YET) {
      round.rule = nowNanos - round.beatNanos;
    }
  }

  /**
   * The notification of the beat was delivered, which ends its round and those before it. A number
   * that is not under way says nothing.
   */
  void delivered(long number, long nowNanos, Instant now) {
    ruled(number, nowNanos);
    Open round = open.get(number);
    if (round == null) {
      return;
    }
    Map<Long, Open> over = open.headMap(number, true);
    over.clear();
    long took = nowNanos - round.beatNanos;
    delivered++;
    last =
        new CanaryReport.Round(
            number, now, round.visible / NANOS, round.rule / NANOS, took / NANOS);
    if (took <= MAX_ROUND.toNanos()) {
      healthyNanos = nowNanos;
    }
  }

  /** Whether all is well, as {@link CanaryReport#healthy()}. */
  boolean isHealthy(long nowNanos) {
    return nowNanos - healthyNanos <= HEALTHY_FOR.toNanos();
  }

  CanaryReport report(long nowNanos) {
    return new CanaryReport(isHealthy(nowNanos), newest, delivered, last);
  }
}
