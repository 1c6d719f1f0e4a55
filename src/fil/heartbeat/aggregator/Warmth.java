package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.State;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether enough time has passed since the start, and since the clock was set, to judge;
 * logs that the clock was set. Times are monotonic nanoseconds.
 */
final class Warmth {
  private static final Logger log = LoggerFactory.getLogger(Warmth.class);

  /**
   * However often the clock is set, judging pauses for at most one part in this many of the time.
   */
  static final int SHARE = 10;

  /** Least time between log lines. */
  private static final long LINE_NANOS = 10_000_000_000L;

  private final long startNanos;
  private final long warmNanos;
  private final Map<State, Integer> before = new EnumMap<>(State.class);
  private Duration total = Duration.ZERO;
  private Duration asleep = Duration.ZERO;
  private long heldAt;
  private boolean held;
  private long newsAt;
  private @Nullable String news;
  private long saidAt;
  private Clocks.@Nullable Step unsaid;
  private int steps;

  /**
   * @param time how long judging pauses after a start or a set clock
   */
  Warmth(Duration time, long startNanos) {
    this.startNanos = startNanos;
    this.warmNanos = time.toNanos();
    saidAt = startNanos - LINE_NANOS;
  }

  /** Whether it is too early after the start to judge. */
  boolean warms(long now) {
    return now - startNanos < warmNanos;
  }

  /** Counts a node's state before the start. */
  void knew(State state) {
    before.merge(state, 1, Integer::sum);
  }

  /** Returns the node states before the start and the time left until judging begins. */
  Warmup warmup(long now) {
    return new Warmup(Duration.ofNanos(Math.max(0, warmNanos - (now - startNanos))), before);
  }

  /** Whether judging is paused because the clock was set. */
  boolean holds(long now) {
    return held && now - heldAt < warmNanos;
  }

  void stepped(Clocks.Step step, long now) {
    total = total.plus(step.by());
    asleep = asleep.plus(step.asleep());
    news = step.text();
    newsAt = now;
    if (!held || now - heldAt >= SHARE * warmNanos) {
      held = true;
      heldAt = now;
    }
    unsaid = unsaid == null ? step : unsaid.and(step);
    steps++;
    say(now);
  }

  /**
   * Returns milliseconds of the wall clock without the steps by which it was set: it runs ahead of
   * the monotonic clock only while the machine is suspended. Must be called often, since it also
   * logs postponed lines.
   */
  long goesOn(Moment now) {
    say(now.nanos());
    return now.at().minus(total.minus(asleep)).toEpochMilli();
  }

  private void say(long now) {
    Clocks.Step step = unsaid;
    if (step == null || now - saidAt < LINE_NANOS) {
      return;
    }
    String times = steps == 1 ? "" : ", in " + steps + " steps";
    if (step.set().isZero()) {
      log.info("{}{}", step.text(), times);
    } else {
      log.warn("{}{}: nothing is judged for a moment, no alert comes of it", step.text(), times);
    }
    saidAt = now;
    unsaid = null;
    steps = 0;
  }

  ClockSteps steps(long now) {
    return new ClockSteps(total, holds(now), now - newsAt < warmNanos ? news : null);
  }
}
