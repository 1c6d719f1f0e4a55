package fil.heartbeat.aggregator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The one clock of the registry, the alerts and the feed: a time line that advances with the
 * monotonic clock and equals the wall clock until somebody sets that. Then {@link #step} returns by
 * how much, the line moves to the new time, and every holder of earlier times moves them by the
 * same amount. So a moment read earlier, on any thread, is on the same line as the stored times.
 *
 * <p>Only one thread calls {@link #step}; the rest is thread-safe.
 */
public final class Clocks implements InstantSource {

  /**
   * The wall clock counts as set when it jumps by at least this much. Smaller differences are
   * followed without notice: a leap second or the delay between two readings explains them.
   */
  static final Duration LEAST = Duration.ofMillis(1_500);

  /** A reading of the wall clock that took longer is too inexact to compare. */
  private static final long WIDEST_NANOS = 50_000_000;

  private static final int TRIES_AT_START = 10;

  /** Time since boot, including the time in which the machine was suspended. */
  private static final Path UPTIME = Path.of("/proc/uptime");

  /**
   * A jump of the wall clock against the monotonic clock.
   *
   * @param by how much; below 0 when it was set back
   * @param asleep the part for which the machine is known to have been suspended, 0 or more
   */
  record Step(Duration by, Duration asleep) {

    /** Returns the part by which the clock was set. */
    Duration set() {
      return by.minus(asleep);
    }

    Step and(Step next) {
      return new Step(by.plus(next.by), asleep.plus(next.asleep));
    }

    /** Returns a text such as {@code clock stepped by -1h0m0s} or {@code suspended for 2h0m0s}. */
    String text() {
      String slept = "suspended for " + text(asleep);
      String stepped = "clock stepped by " + (set().isNegative() ? "-" : "+") + text(set().abs());
      boolean isSet = set().abs().compareTo(LEAST) >= 0 || asleep.isZero();
      return asleep.isZero() ? stepped : isSet ? slept + ", and its " + stepped : slept;
    }

    private static String text(Duration time) {
      Duration shown = Duration.ofSeconds(time.plusMillis(500).toSeconds());
      return shown.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The present time line.
   *
   * @param start the moment on it at which the process started
   * @param stepped by how much it was moved since the start
   */
  private record Line(Instant start, Duration stepped) {}

  private final LongSupplier nanoTime;
  private final InstantSource wall;
  private final Supplier<OptionalLong> sinceBoot;
  private final long startNanos;
  private volatile Line line;
  private OptionalLong slept;

  /**
   * @param nanoTime monotonic
   */
  public Clocks(LongSupplier nanoTime, InstantSource wall) {
    this(nanoTime, wall, Clocks::uptimeMillis);
  }

  /**
   * @param sinceBoot milliseconds, including suspended time; empty when unknown
   */
  Clocks(LongSupplier nanoTime, InstantSource wall, Supplier<OptionalLong> sinceBoot) {
    this.nanoTime = nanoTime;
    this.wall = wall;
    this.sinceBoot = sinceBoot;
    this.startNanos = nanoTime.getAsLong();
    line = new Line(wall.instant(), Duration.ZERO);
    for (int tries = 0; tries < TRIES_AT_START; tries++) {
      Optional<Duration> differs = differs();
      if (differs.isPresent()) {
        line = new Line(line.start.plus(differs.get()), Duration.ZERO);
        break;
      }
    }
    slept = slept();
  }

  /** Returns the present moment on the line. */
  Moment get() {
    return at(nanos());
  }

  /** Returns the time of the monotonic clock, nanoseconds. */
  long nanos() {
    return nanoTime.getAsLong();
  }

  /** Converts a time of the monotonic clock to a moment on the present line. */
  Moment at(long nanos) {
    return new Moment(line.start.plusNanos(nanos - startNanos), nanos);
  }

  @Override
  public Instant instant() {
    return get().at();
  }

  /** Returns by how much the line was moved since the start. */
  public Duration stepped() {
    return line.stepped;
  }

  /** Returns the line that the clock would follow if it had not been set since the start. */
  public InstantSource steady() {
    return () -> {
      Line now = line;
      return now.start.plusNanos(nanos() - startNanos).minus(now.stepped);
    };
  }

  /**
   * Compares the wall clock with the line. The owner of the stored times calls it ten times a
   * second, before it uses any. A returned step has already moved the line: the stored times must
   * follow.
   */
  Optional<Step> step() {
    Optional<Duration> differs = differs();
    if (differs.isEmpty() || differs.get().isZero()) {
      return Optional.empty();
    }
    Duration by = differs.get();
    Line before = line;
    boolean steps = by.abs().compareTo(LEAST) >= 0;
    line = new Line(before.start.plus(by), steps ? before.stepped.plus(by) : before.stepped);
    return steps ? Optional.of(new Step(by, asleep(by))) : Optional.empty();
  }

  /**
   * By how much the wall clock is ahead of the line; empty when this thread was held up during the
   * reading.
   */
  private Optional<Duration> differs() {
    long before = nanos();
    Instant read = wall.instant();
    boolean wide = nanos() - before > WIDEST_NANOS;
    return wide ? Optional.empty() : Optional.of(Duration.between(at(before).at(), read));
  }

  /** The part for which the machine was suspended. Linux's monotonic clock stops meanwhile. */
  private Duration asleep(Duration by) {
    OptionalLong before = slept;
    slept = slept();
    if (by.isNegative() || before.isEmpty() || slept.isEmpty()) {
      return Duration.ZERO;
    }
    Duration asleep = Duration.ofMillis(slept.getAsLong() - before.getAsLong());
    if (asleep.compareTo(LEAST) < 0) {
      return Duration.ZERO;
    }
    // The two clocks are read one after the other, and the uptime has a resolution of 10 ms.
    return asleep.minus(by).abs().compareTo(LEAST) < 0 ? by : asleep;
  }

  /** Milliseconds by which the time since boot exceeds the monotonic clock. */
  private OptionalLong slept() {
    OptionalLong boot = sinceBoot.get();
    return boot.isEmpty()
        ? boot
        : OptionalLong.of(boot.getAsLong() - (nanos() - startNanos) / 1_000_000);
  }

  private static OptionalLong uptimeMillis() {
    try {
      String seconds = Files.readString(UPTIME).split(" ", 2)[0];
      return OptionalLong.of((long) (Double.parseDouble(seconds) * 1_000));
    } catch (IOException | NumberFormatException | SecurityException e) {
      // Not Linux: there a suspension looks like a clock that was set.
      return OptionalLong.empty();
    }
  }
}
