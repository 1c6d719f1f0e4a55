package fil.heartbeat.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import fil.heartbeat.client.FailureLog;
import java.io.IOException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * Logs that the file table is full once, and then as often as any recurring failure. Netty stops
 * accepting for a second each time and logs a stack trace, which a storm of dials would repeat
 * without end.
 */
final class FullFileTable extends TurboFilter {
  private static final String NETTY = "io.netty.channel.DefaultChannelPipeline";

  /** Time without the error after which it counts as ended: Netty retries each second. */
  private static final long OVER_NANOS = 60_000_000_000L;

  private final LongSupplier nanoTime;
  private final FailureLog failures = new FailureLog();
  private long lastNanos;

  FullFileTable(LongSupplier nanoTime) {
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
    if (!logger.getName().equals(NETTY)
        || !(cause instanceof IOException full)
        || !String.valueOf(full.getMessage()).contains("Too many open files")) {
      return FilterReply.NEUTRAL;
    }
    if (isDue()) {
      LoggerFactory.getLogger(FullFileTable.class)
          .error(
              "no more connections are accepted until files are closed cause={} raise=\"ulimit -n\"",
              full.getMessage());
    }
    return FilterReply.DENY;
  }

  private synchronized boolean isDue() {
    long now = nanoTime.getAsLong();
    if (now - lastNanos > OVER_NANOS) {
      boolean unused = failures.succeeded();
    }
    lastNanos = now;
    return failures.failed(now) != org.slf4j.event.Level.DEBUG;
  }
}
