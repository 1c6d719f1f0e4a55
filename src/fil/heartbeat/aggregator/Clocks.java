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
 * The one clock of the registry, the alerts and the feed: a line of time that goes on with the
 * monotonic clock, and is the wall's for as long as that one is not set. When it is set, {@link
 * #look} tells by how much, and from then on the line is that of the new time; whoever holds times
 * of before moves them by as much. So no moment that was read before, on whatever thread, is of
 * another line than what is held.
 *
 * <p>One thread looks; the rest is thread-safe.
 */
public final class Clocks implements InstantSource {

  /**
   * The wall is set when it differs by so much at once. Less is followed in silence: it is what a
   * leap second and the reading of two clocks one after the other amount to.
   */
  static final Duration LEAST = Duration.ofMillis(1_500);

  /** A reading of the wall that took longer may be of any moment in between. */
  private static final long WIDEST_NANOS = 50_000_000;

  private static final int TRIES_AT_START = 10;

  /** Milliseconds since boot, those in which the machine slept included. */
  private static final Path UPTIME = Path.of("/proc/uptime");

  /**
   * That the wall's clock ran ahead of the monotonic one, or behind it.
   *
   * @param by how much; below 0 when it was set back
   * @param asleep how much of it the machine is known to have slept, 0 or more
   */
  record Step(Duration by, Duration asleep) {

    /** What of it is a clock that was set. */
    Duration set() {
      return by.minus(asleep);
    }

    Step and(Step next) {
      return new Step(by.plus(next.by), asleep.plus(next.asleep));
    }

    /** In words, such as {@code clock stepped by -1h0m0s} or {@code suspended for 2h0m0s}. */
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
   * The line as it is now.
   *
   * @param start the moment on it at which the monotonic clock was where it was at the start
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
   * @param sinceBoot milliseconds, those in which the machine slept included; empty when that is
   *     not known
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

  /** Now, on the line. */
  Moment get() {
    return at(nanos());
  }

  /** Of the monotonic clock. */
  long nanos() {
    return nanoTime.getAsLong();
  }

  /** A moment of the monotonic clock on the line as it is now. */
  Moment at(long nanos) {
    return new Moment(line.start.plusNanos(nanos - startNanos), nanos);
  }

  @Override
  public Instant instant() {
    return get().at();
  }

  /** By how much the line was moved since the start. */
  public Duration stepped() {
    return line.stepped;
  }

  /** The line that the clock would be on had nobody set it since the start. */
  public InstantSource steady() {
    return () -> {
      Line now = line;
      return now.start.plusNanos(nanos() - startNanos).minus(now.stepped);
    };
  }

  /**
   * Compares the wall's clock with the line; to be called ten times a second by the one who holds
   * times, before any is used. What it answers has happened to the line: times are to be moved.
   */
  Optional<Step> look() {
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

  /** By how much the wall is ahead of the line; empty when this thread stood still meanwhile. */
  private Optional<Duration> differs() {
    long before = nanos();
    Instant read = wall.instant();
    boolean wide = nanos() - before > WIDEST_NANOS;
    return wide ? Optional.empty() : Optional.of(Duration.between(at(before).at(), read));
  }

  /** How much of it the machine slept. Linux's monotonic clock stands still while it does. */
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
    // Both are read a little apart, and in hundredths.
    return asleep.minus(by).abs().compareTo(LEAST) < 0 ? by : asleep;
  }

  /** Milliseconds by which the time since boot is ahead of the monotonic clock. */
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
      // Another system: there a sleep looks like a clock that was set.
      return OptionalLong.empty();
    }
  }
}
