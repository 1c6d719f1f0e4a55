package fil.heartbeat.alert.canary;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The canary's beats and the stages they reached. Has no clock: callers pass monotonic times. Used
 * by one thread at a time.
 */
final class CanaryRounds {

  /** Two beats may be lost before it is unhealthy, and the third has time to complete. */
  static final Duration HEALTHY_FOR = Duration.ofSeconds(150);

  /** A longer round does not count as healthy. */
  static final Duration MAX_ROUND = Duration.ofSeconds(15);

  /** Open rounds. A healthy one ends before the next begins; older ones are too late to matter. */
  static final int MAX_OPEN = 4;

  private static final double NANOS = 1e9;
  private static final long NOT_YET = -1;

  /** One open round; times in nanoseconds since its beat. */
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
   * @param nowNanos start of the initial period in which it counts as healthy
   */
  CanaryRounds(long nowNanos) {
    this.healthyNanos = nowNanos;
  }

  /**
   * Begins a round before its beat is written; returns the beat's number, one more than the last,
   * from 1.
   */
  long begin(long nowNanos) {
    newest++;
    open.put(newest, new Open(nowNanos));
    if (open.size() > MAX_OPEN) {
      open.remove(open.firstKey());
    }
    return newest;
  }

  /**
   * Records that the aggregator's answer contains this beat as the newest; repetitions are ignored.
   */
  void seen(long number, long nowNanos) {
    Open round = open.get(number);
    if (round != null && round.visible == NOT_YET) {
      round.visible = nowNanos - round.beatNanos;
    }
  }

  /** Records that the rule was evaluated for the beat. */
  void ruled(long number, long nowNanos) {
    seen(number, nowNanos);
    Open round = open.get(number);
    if (round != null && round.rule == NOT_YET) {
      round.rule = nowNanos - round.beatNanos;
    }
  }

  /**
   * Records the delivery of the beat's notification, which ends its round and earlier ones. A
   * number without an open round is ignored.
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

  /** The value of {@link CanaryReport#healthy()}. */
  boolean isHealthy(long nowNanos) {
    return nowNanos - healthyNanos <= HEALTHY_FOR.toNanos();
  }

  CanaryReport report(long nowNanos) {
    return new CanaryReport(isHealthy(nowNanos), newest, delivered, last);
  }
}
