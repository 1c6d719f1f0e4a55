package fil.heartbeat.swarm;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Measures how long it took until all were connected, at first and after a drop. No clock of its
 * own.
 */
final class Coverage {
  /** Single losses, such as churn, are no drop: it takes more than one in ten. */
  private static final double FALL = 0.9;

  private static final double NANOS = 1e9;

  private final long all;
  private final long startNanos;
  private OptionalDouble firstSeconds = OptionalDouble.empty();
  private long connectsUntilFull;
  private long lostNanos;
  private long lowest;
  private boolean full;

  Coverage(long all, long startNanos) {
    this.all = all;
    this.startNanos = startNanos;
  }

  /**
   * Takes the number of connected nodes.
   *
   * @return a line of progress when all are connected again; else empty
   */
  Optional<String> update(SwarmCounters counters, long nowNanos) {
    long connected = counters.connectedNow();
    if (connected < all) {
      if (full) {
        full = false;
        lostNanos = nowNanos;
        lowest = connected;
      }
      lowest = Math.min(lowest, connected);
      return Optional.empty();
    }
    if (full) {
      return Optional.empty();
    }
    full = true;
    if (firstSeconds.isEmpty()) {
      double seconds = (nowNanos - startNanos) / NANOS;
      firstSeconds = OptionalDouble.of(seconds);
      connectsUntilFull = counters.connects();
      return Optional.of(String.format(Locale.ROOT, "all %d connected after %.1fs", all, seconds));
    }
    if (lowest > all * FALL) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "all %d connected again %.1fs after the first was lost, lowest %d",
            all,
            (nowNanos - lostNanos) / NANOS,
            lowest));
  }

  /** Seconds until all were connected for the first time. */
  OptionalDouble firstSeconds() {
    return firstSeconds;
  }

  /** Connects a second until all were connected, or until now if they never were. */
  double connectsPerSecond(SwarmCounters counters, long nowNanos) {
    return firstSeconds.isPresent()
        ? connectsUntilFull / Math.max(firstSeconds.getAsDouble(), 1e-3)
        : counters.connects() / Math.max((nowNanos - startNanos) / NANOS, 1e-3);
  }
}
