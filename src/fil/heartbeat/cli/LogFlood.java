package fil.heartbeat.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import fil.heartbeat.config.LogMarkers;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * Limits log lines of a kind to a number per minute, and logs before the next one how many were
 * left out. A kind is one place in a program at one level: for our own lines the template; for
 * those of libraries the failure too, since their templates may be whole sentences. Warnings and
 * errors are limited, and lines marked {@code BY_ANYBODY}.
 */
final class LogFlood extends TurboFilter {
  /** Lines of libraries: most have a stack trace. */
  static final int LINES = 5;

  /** Our own lines, which name their subject. */
  static final int OWN_LINES = 20;

  /** More kinds than programs have; beyond these all count as one. */
  private static final int MAX_KINDS = 512;

  private static final int MAX_TEMPLATE = 60;
  private static final long WINDOW_NANOS = 60_000_000_000L;
  private static final String OWN = "fil.heartbeat";

  private static final class Kind {
    private long beganNanos;
    private int lines;
    private long leftOut;

    private Kind(long beganNanos) {
      this.beganNanos = beganNanos;
    }
  }

  private final LongSupplier nanoTime;
  private final Map<String, Kind> kinds = new HashMap<>();

  LogFlood(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] parameters,
      @Nullable Throwable cause) {
    boolean limited = level.isGreaterOrEqual(Level.WARN) || LogMarkers.BY_ANYBODY.equals(marker);
    // Without a template this only asks whether the level is enabled.
    if (!limited
        || format == null
        || !level.isGreaterOrEqual(logger.getEffectiveLevel())
        || logger.getName().equals(LogFlood.class.getName())) {
      return FilterReply.NEUTRAL;
    }
    boolean own = logger.getName().startsWith(OWN);
    String name = logger.getName() + ' ' + level + ' ' + (own ? format : kind(format, cause));
    long leftOut = leftOut(name, own ? OWN_LINES : LINES);
    if (leftOut > 0) {
      LoggerFactory.getLogger(LogFlood.class)
          .warn("lines left out count={} logger={} like=next", leftOut, logger.getName());
    }
    return leftOut < 0 ? FilterReply.DENY : FilterReply.NEUTRAL;
  }

  private static String kind(String format, @Nullable Throwable cause) {
    if (cause == null) {
      String words = format.replaceAll("[0-9]+", "0");
      return words.substring(0, Math.min(MAX_TEMPLATE, words.length()));
    }
    Throwable root = cause;
    for (int i = 0; i < 8 && root.getCause() != null; i++) {
      root = root.getCause();
    }
    return cause.getClass().getName() + ' ' + root.getClass().getName();
  }

  /** The number of lines of the kind left out before this one; negative when this one is too. */
  private synchronized long leftOut(String name, int most) {
    long now = nanoTime.getAsLong();
    boolean counted = kinds.size() < MAX_KINDS || kinds.containsKey(name);
    Kind kind = kinds.computeIfAbsent(counted ? name : "", made -> new Kind(now));
    long before = 0;
    if (now - kind.beganNanos >= WINDOW_NANOS) {
      before = kind.leftOut;
      kind.beganNanos = now;
      kind.lines = 0;
      kind.leftOut = 0;
    }
    kind.lines++;
    if (kind.lines > most) {
      kind.leftOut++;
      return -1;
    }
    return before;
  }
}
